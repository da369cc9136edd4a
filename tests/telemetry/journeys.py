"""What people, services and operators do on a platform, so that every edge of its tables is used at least once."""

from __future__ import annotations

import datetime as dt
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
import psycopg
from local_runtime.layout import CLONE
from local_runtime.platform import Platform

from tests import evidence
from tests.end_to_end.test_channels import add, add_own, log, sent
from tests.end_to_end.test_live import LiveClient
from tests.end_to_end.test_reminders import ahead, notifications, reminders_in
from tests.hooks import hooking
from tests.people import PASSWORD, Person, eventually

TITLE = "Zahnarzttermin-Glockenblume"
"""What the person writes, which no span and no log may say."""


@dataclass(frozen=True)
class Travelled:
    """What was done. `secrets` is everything of it that telemetry may not know."""

    platform: Platform
    secrets: tuple[str, ...]


def travel(platform: Platform, otlp_endpoint: str) -> Travelled:
    """Go every way once: at the page, at the REST door, by mail, as time passes, and as an operator."""
    person = Person.sign_up(platform.url("todo-backend"))
    page = at_the_page(platform)
    with LiveClient(platform.url("todo-backend"), person) as live:
        task = completing_what_repeats(person)
        pausing_until_a_day(platform, person)
        reading_the_past(person, task)
        reminded_by_mail(platform, person)
        eventually(lambda: live.titles() and reminders_in(live), says="live pages are told of both")
    sent_to_a_webhook(person)
    asking_as_operator(platform, otlp_endpoint)
    return Travelled(
        platform,
        (
            TITLE,
            person.email,
            page,
            PASSWORD,
            person.access_token,
            person.refresh_token,
            person.headers["authorization"],
        ),
    )


def at_the_page(platform: Platform) -> str:
    """Sign up, add, search and read through the page's origin; return the address that was signed up with."""
    origin, email = platform.url("todo-frontend"), f"page-{uuid4().hex[:12]}@example.com"
    with httpx.Client(base_url=origin, headers={"origin": origin}, timeout=20, trust_env=False) as browser:
        form = {"act": "sign-up", "email": email, "password": PASSWORD, "name": "Page", "time_zone": "Europe/Berlin"}
        _fine(browser.post("/session", json=form))
        _fine(browser.post("/api/me/tasks", json={"title": TITLE}))
        found = _fine(browser.get("/api/me/tasks", params={"q": TITLE})).json()["items"]
        assert [task["title"] for task in found] == [TITLE]
    return email


def completing_what_repeats(person: Person) -> dict[str, Any]:
    """Complete a repeating task and wait for the next one."""
    task = person.add_repeating(TITLE, "2030-01-01", "FREQ=DAILY")
    person.complete(task["id"])
    eventually(lambda: len(person.occurrences(task["series_id"])) == 2, 30, "the successor comes")
    return task


def pausing_until_a_day(platform: Platform, person: Person) -> None:
    """Pause a series until a day, let that come by moving it in both memories, and see the series go on."""
    task = person.add_repeating(TITLE, "2030-01-01", "FREQ=DAILY")
    day = str((dt.datetime.now(dt.UTC) + dt.timedelta(days=2)).date())
    person.ask("POST", f"series/{task['series_id']}/pause", 200, json={"resume_on": day})
    with evidence.connect(platform.superuser_url) as store:
        series = (task["series_id"],)
        eventually(lambda: _paused(store, series), 30, "the service knows of the pause")
        store.execute("UPDATE tasks.series SET resume_on = current_date - 2 WHERE id = %s", series)
        store.execute("UPDATE recurring.series_heads SET resume_on = current_date - 2 WHERE series_id = %s", series)
        store.execute("UPDATE recurring.wanted SET not_before = now() WHERE series_id = %s", series)
    active = lambda: person.ask("GET", f"series/{task['series_id']}", 200).json()["status"] == "active"  # noqa: E731
    eventually(active, 30, "the series goes on")


def reading_the_past(person: Person, task: dict[str, Any]) -> None:
    """Read history in every form."""
    eventually(lambda: len(person.history(task["id"])) >= 2, 30, "the audit has it")
    event_id = person.ask("GET", "history", 200).json()["items"][0]["event_id"]
    person.ask("GET", f"history/{event_id}/chain", 200)
    now = {"at": dt.datetime.now(dt.UTC).isoformat()}
    person.ask("GET", f"tasks/{task['id']}/history/as-of", 200, params=now)
    person.ask("GET", "history/as-of", 200, params=now)


def reminded_by_mail(platform: Platform, person: Person) -> None:
    """Be reminded in the app and by mail; put off, mark as read, change wishes, and answer from the mail itself."""
    version = person.ask("GET", "preferences", 200).headers["etag"]
    person.ask("PATCH", "preferences", 200, json={"default_hour": "07:30"}, headers={"if-match": version})
    channel = add_own(person)
    task = person.add(TITLE, reminders=[{"at": ahead(1)}])
    [mail] = eventually(lambda: sent(platform, person.email), 30, "the reminder is in the mailbox")
    told = eventually(lambda: notifications(person)["items"], 30)[0]
    person.ask("GET", f"tasks/{task['id']}/reminders", 200)
    person.ask("POST", f"reminders/{told['reminder_id']}/snooze", json={"preset": "1h"}).raise_for_status()
    person.ask("POST", f"notifications/{told['id']}/read").raise_for_status()
    person.ask("POST", "notifications/read-all", 200, json={"up_to": told["number"]})
    [done] = re.findall(r"^Done: (\S+)", mail["text"], re.MULTILINE)
    _fine(httpx.post(done, trust_env=False))
    person.ask("POST", f"channels/{channel['id']}/test", 200)
    link = mail["headers"]["list-unsubscribe"].strip("<>")
    _fine(httpx.post(link, data={"List-Unsubscribe": "One-Click"}, trust_env=False))


def sent_to_a_webhook(person: Person) -> None:
    """Add, change, rotate and take away a webhook, and send what it got once more."""
    with hooking() as hook:
        webhook = add(person, kind="webhook", url=hook.url)
        person.ask("PATCH", f"channels/{webhook['id']}", 200, json={"name": "Renamed"})
        person.ask("POST", f"channels/{webhook['id']}/rotate-secret").raise_for_status()
        person.add(TITLE, reminders=[{"at": ahead(1)}])
        eventually(lambda: hook.got and log(person, webhook)[0]["state"] == "sent", 30, "the webhook was called")
        delivery = log(person, webhook)[0]["id"]
        person.ask("POST", f"channels/{webhook['id']}/deliveries/{delivery}/replay", 202)
        person.ask("DELETE", f"channels/{webhook['id']}").raise_for_status()


def asking_as_operator(platform: Platform, otlp_endpoint: str) -> None:
    """Look at everything by `todo-ops`, then ask each of its doors once."""
    place, environment = platform.place, {**os.environ, "OTEL_EXPORTER_OTLP_ENDPOINT": otlp_endpoint}
    where = ["--keys", str(place.keys_folder), "--offset", str(place.offset)]
    for words in (["todo_ops", "status", *where], ["tests.telemetry.every_door", where[1], where[3]]):
        ended = subprocess.run(
            [sys.executable, "-m", *words],
            cwd=CLONE, env=environment, capture_output=True, text=True, check=False, timeout=180,
        )  # fmt: skip
        assert ended.returncode == 0, ended.stdout + ended.stderr


def _paused(store: psycopg.Connection[Any], series: tuple[str]) -> bool:
    row = store.execute("SELECT status FROM recurring.series_heads WHERE series_id = %s", series).fetchone()
    wanted = store.execute("SELECT 1 FROM recurring.wanted WHERE series_id = %s", series).fetchone()
    return row == ("paused",) and wanted is not None


def _fine(answer: httpx.Response) -> httpx.Response:
    assert answer.is_success, (answer.request.method, str(answer.request.url), answer.status_code, answer.text[:500])
    return answer
