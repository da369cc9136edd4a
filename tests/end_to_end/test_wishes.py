"""What people want of reminders, through the open door: wishes, putting off, repeating, and why they were told."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from local_runtime.platform import Platform

from tests import evidence, invariants
from tests.end_to_end.test_channels import add_own, sent
from tests.end_to_end.test_chat import Chat, outputs
from tests.end_to_end.test_history import recorded
from tests.end_to_end.test_live import LiveClient
from tests.end_to_end.test_reminders import ahead, notifications, reminders_in, told
from tests.people import Person, eventually


def test_wishes_are_merged_under_an_etag_and_refused_with_a_word(person: Person, base_url: str) -> None:
    first = person.ask("GET", "preferences", 200)
    assert (first.headers["etag"], first.json()["default_hour"], first.json()["quiet_from"]) == (
        '"0"',
        "09:00:00",
        None,
    )
    changed = person.ask("PATCH", "preferences", 200, json={"default_hour": "07:30"}, headers={"if-match": '"0"'})
    assert (changed.headers["etag"], changed.json()["default_hour"]) == ('"1"', "07:30:00")
    stale = person.ask("PATCH", "preferences", 412, json={"nag_most": 3}, headers={"if-match": '"0"'}).json()
    assert stale["code"] == "stale_etag"
    refusals: list[tuple[dict[str, Any], str]] = [
        ({"quiet_from": "22:00"}, "quiet_hours_half"),
        ({"quiet_from": "22:00", "quiet_to": "22:00"}, "quiet_hours_empty"),
        ({"review_day": 3}, "review_half"),
        ({"default_hour": "25:00"}, "invalid"),
        ({"default_hour": None}, "invalid"),
        ({"nag_most": 10_000}, "invalid"),
        ({"colour": "red"}, "unknown_field"),
    ]
    for body, code in refusals:
        assert person.ask("PATCH", "preferences", 422, json=body).json()["code"] == code, body
    assert person.ask("GET", "preferences", 200).json() == changed.json(), "nothing of what was refused was done"
    stranger = Person.sign_up(base_url)
    assert person.client.get(stranger.path("preferences"), headers=person.headers).status_code == 403
    assert stranger.ask("GET", "preferences", 200).json()["version"] == 0


def test_a_default_lead_and_a_snooze_with_their_reasons(
    person: Person, base_url: str, store: Any, brokers: str
) -> None:
    person.ask("PATCH", "preferences", 200, json={"default_lead_minutes": 1})
    due = (dt.datetime.now(dt.UTC) + dt.timedelta(seconds=63)).replace(microsecond=0)
    when = {"date": str(due.date()), "time": due.strftime("%H:%M:%S"), "time_zone": "UTC"}
    with LiveClient(base_url, person) as live:
        task = person.add("Standup", due=when)
        assert task["reminders"] == []
        first = eventually(lambda: notifications(person)["items"], seconds=10)[0]
        assert (first["title"], first["because"]["preference"]) == ("Standup", "default_lead_minutes")
        assert first["because"]["sentence"].endswith("1 minute before it is due of all that has a time.")
        path = f"reminders/{first['reminder_id']}/snooze"
        until = ahead(2)
        put_off = person.ask("POST", path, 200, json={"until": until}).json()
        assert put_off["task_id"] == task["id"]
        eventually(lambda: len(reminders_in(live)) == 2, seconds=8, says="both came live")
        frames = reminders_in(live)
    assert notifications(person)["items"] == frames
    assert frames[1]["because"]["kind"] == "snooze"
    assert 0 <= _late(frames[1], until) < 3
    for body, code in ({"preset": "someday"}, "invalid"), ({}, "invalid"), ({"until": ahead(-60)}, "snooze_in_past"):
        assert person.ask("POST", path, 422, json=body).json()["code"] == code
    unknown = "00000000-0000-7000-8000-000000000000"
    missing = person.ask("POST", f"reminders/{unknown}/snooze", 404, json={"preset": "1h"})
    assert missing.json()["code"] == "reminder_not_found"
    assert person.ask("POST", path, 200, json={"preset": "tomorrow"}).json()["until"] > ahead(3600)
    told_of = {"event_type": ["todo.reminder.snoozed.v1"], "task_id": task["id"]}
    both = recorded(person, lambda items: len(items) == 2, **told_of)
    assert [item["actor"] for item in both] == [{"kind": "user", "id": str(person.user_id), "door": "rest"}] * 2
    person.complete(task["id"])
    closed = eventually(
        lambda: a if (a := person.ask("POST", path, json={"preset": "1h"})).status_code == 409 else None
    )
    assert closed.json()["code"] == "task_not_open"
    eventually(lambda: invariants.settled(store), seconds=30)
    assert evidence.planned(store, task["id"]) == 0
    assert invariants.i3_every_due_reminder_is_told_once(store, brokers, set()) == []


def test_done_and_later_from_the_mail_itself(platform: Platform, person: Person) -> None:
    add_own(person)
    task = person.add("Pay rent", reminders=[{"at": ahead(1)}])
    [mail] = eventually(lambda: sent(platform, person.email), seconds=10)
    links = dict(re.findall(r"^(Done|In 1 hour|Tomorrow): (\S+)", mail["text"], re.MULTILINE))
    assert set(links) == {"Done", "In 1 hour", "Tomorrow"}
    for url in links.values():  # what scanners of mails do
        page = httpx.get(url, trust_env=False)
        assert (page.status_code, "<button>" in page.text) == (200, True)
        assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert person.task(task["id"])["version"] == task["version"], "opening them changes nothing"
    forged = links["Done"].replace("one-tap/done", "one-tap/1h")
    assert httpx.post(forged, trust_env=False).status_code == 422, "a link is good for its own act only"
    assert httpx.post(links["In 1 hour"], trust_env=False).text.count("reminded again in an hour") == 1
    for _ in range(2):
        assert "Done." in httpx.post(links["Done"], trust_env=False).text, "twice is once"
    assert person.task(task["id"])["status"] == "done"
    assert [entry["event_type"] for entry in person.history(task["id"])].count("task_completed") <= 1
    over = eventually(lambda: a if (a := httpx.post(links["Tomorrow"], trust_env=False)).status_code == 409 else None)
    assert "finished or gone already" in over.text


def test_quiet_hours_hold_and_then_tell_once(person: Person, store: Any) -> None:
    zone = {"quiet_from": _clock(-3600), "quiet_to": _clock(3600)}
    person.client.patch("/api/me", json={"time_zone": "UTC"}, headers=person.headers).raise_for_status()
    person.ask("PATCH", "preferences", 200, json=zone)
    for n in range(3):
        person.add(f"Number {n}", reminders=[{"at": ahead(0.5 + n / 10)}])
    guard = Person.sign_up(person.base_url)
    guard.add("Guard", reminders=[{"at": ahead(1.5)}])
    eventually(lambda: told(guard) == ["Guard"], seconds=8)
    held = "SELECT count(*) FROM notifications.attempts WHERE user_id = %s AND held"
    eventually(lambda: store.execute(held, (person.user_id,)).fetchone()[0] == 3)
    assert told(person) == []
    person.ask("PATCH", "preferences", 200, json={"quiet_from": None, "quiet_to": None})
    [digest] = eventually(lambda: notifications(person)["items"], seconds=8)
    assert (digest["kind"], len(digest["digest"]), digest["because"]["held"]) == ("digest", 3, True)


def test_a_repeating_reminder_is_kept_shown_and_refused_like_any(person: Person) -> None:
    due = {"date": "2030-05-01", "time": "09:00"}
    nagging = {"minutes_before": 0, "repeat_minutes": 10, "repeat_most": 3}
    task = person.add("Pills", due=due, reminders=[nagging], recurrence={"rrule": "FREQ=DAILY"})
    [kept] = task["reminders"]
    assert (kept["repeat_minutes"], kept["repeat_most"]) == (10, 3)
    person.complete(task["id"])
    following = eventually(lambda: f[1] if len(f := person.occurrences(task["series_id"])) == 2 else None)
    assert following["reminders"] == task["reminders"]
    for wrong in ({"repeat_minutes": 0}, {"repeat_most": 2}, {"repeat_minutes": 5, "repeat_most": 1000}):
        refused = person.ask("POST", "tasks", 422, json={"title": "x", "reminders": [{"minutes_before": 0, **wrong}]})
        assert refused.json()["code"] == "invalid"


def test_what_becomes_of_a_reminder_is_said_also_of_one_in_the_past(person: Person, base_url: str) -> None:
    past = person.add("Yesterday", reminders=[{"at": ahead(-86_400)}])
    soon = person.add("In a moment", reminders=[{"at": ahead(1.5)}, {"minutes_before": 5}])
    assert _becomes(person, past) == ["passed"]
    assert _becomes(person, soon) == ["planned", "undated"]
    eventually(lambda: _becomes(person, soon) == ["told", "undated"], seconds=8)
    person.ask("PATCH", f"tasks/{soon['id']}", 200, json={"reminders": [{"at": ahead(-0.5)}]})
    eventually(lambda: _becomes(person, person.task(soon["id"])) == ["told"], seconds=8, says="at once")
    assert told(person) == ["In a moment", "In a moment"]
    person.complete(past["id"])
    eventually(lambda: _becomes(person, past) == ["closed"], seconds=8)
    unknown = person.ask("GET", "tasks/00000000-0000-7000-8000-000000000000/reminders", 404).json()
    stranger = Person.sign_up(base_url).ask("GET", f"tasks/{soon['id']}/reminders", 404).json()
    assert {unknown["code"], stranger["code"]} == {"task_not_found"}


def test_a_reminder_is_put_off_by_talking(person: Person, store: Any) -> None:
    chat = Chat(person)
    person.add("Water the plants")
    rent = person.add("Pay rent", reminders=[{"at": ahead(0.5)}])
    assert outputs(chat.say("snooze water the plants for an hour")) == [], "it has no reminder"
    eventually(lambda: told(person) == ["Pay rent"], seconds=8)
    [put_off] = outputs(chat.say("snooze it for 10 minutes"))
    assert put_off["task_id"] == rent["id"]
    assert 0 <= _seconds_from_now(put_off["until"]) - 540 <= 61
    [again] = outputs(chat.say("remind me again tomorrow at 9"))
    tomorrow = dt.datetime.now(ZoneInfo("Europe/Berlin")).date() + dt.timedelta(days=1)
    wall = dt.datetime.fromisoformat(again["until"]).astimezone(ZoneInfo("Europe/Berlin"))
    assert (wall.date(), wall.hour, wall.minute) == (tomorrow, 9, 0)
    assert eventually(lambda: evidence.planned(store, rent["id"])) == 1, "in place of the one before"
    person.complete(rent["id"])
    eventually(lambda: evidence.planned(store, rent["id"]) == 0)
    assert outputs(chat.say("snooze pay rent for an hour")) == [], "it is done"


@pytest.mark.parametrize("count", [21, 1000])
def test_more_reminders_than_a_task_may_have_are_refused_whole(person: Person, count: int) -> None:
    body = {"title": "Too many", "reminders": [{"at": ahead(3600 + n)} for n in range(count)]}
    refused = person.ask("POST", "tasks", 422, json=body).json()
    assert (refused["code"], refused["errors"][0]["field"]) == ("invalid", "reminders")
    assert "20" in refused["errors"][0]["message"]
    assert person.tasks() == []


def _becomes(person: Person, task: dict[str, Any]) -> list[str]:
    """What becomes of each reminder of a task, once that version of it is known there."""

    def known() -> dict[str, Any] | None:
        standings = person.ask("GET", f"tasks/{task['id']}/reminders", 200).json()
        return standings if (standings["version"] or 0) >= task["version"] else None

    return [one["state"] for one in eventually(known, seconds=8)["items"]]


def _seconds_from_now(instant: str) -> float:
    return (dt.datetime.fromisoformat(instant) - dt.datetime.now(dt.UTC)).total_seconds()


def _late(item: dict[str, Any], instant: str) -> float:
    return (dt.datetime.fromisoformat(item["sent_at"]) - dt.datetime.fromisoformat(instant)).total_seconds()


def _clock(seconds: float) -> str:
    return dt.datetime.fromisoformat(ahead(seconds)).strftime("%H:%M")
