"""One's tasks as a calendar, and a calendar as tasks: over the REST door, on the real database."""

from __future__ import annotations

import datetime as dt
from typing import Any

import httpx
import icalendar
import pytest
import recurring_ical_events
from actors import Database, Person

pytestmark = pytest.mark.integration


async def _export(person: Person, query: str = "") -> bytes:
    answer = await person.call("GET", f"/calendar/export{query}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/calendar")
    return answer.content


async def _import(person: Person, content: bytes, **headers: str) -> httpx.Response:
    sent = {**person.bearer, "content-type": "text/calendar", **headers}
    return await person.api.post(f"{person.path}/calendar/import", content=content, headers=sent)


async def _somebody_lives(person: Person) -> dict[str, Any]:
    water = await person.create(
        due={"date": "2031-05-05", "time": "17:00"},
        recurrence={"rrule": "FREQ=WEEKLY;BYDAY=MO,TH", "missed": "each", "exdates": ["2031-05-12"],
                    "rdates": ["2031-05-14"]},
        reminders=[{"minutes_before": 30}], tags=["garden"], priority="high", notes="Not; too, much\nof it",
    )  # fmt: skip
    await person.create("Taxes", due={"date": "2031-05-31"}, start_date="2031-05-01", reminders=[{"minutes_before": 0}])
    await person.create("Some day")
    return water


async def test_what_one_exports_another_imports_and_exports_the_same(ada: Person, bob: Person) -> None:
    await _somebody_lives(ada)
    written = await _export(ada)
    answer = await _import(bob, written)
    assert answer.status_code == 201, answer.text
    assert (len(answer.json()["tasks"]), answer.json()["left_out"]) == (3, 0)
    mine, theirs = [sorted(await person.listed(), key=lambda t: t["title"]) for person in (ada, bob)]
    for one, other in zip(mine, theirs, strict=True):
        for name in ("title", "notes", "priority", "tags", "start_date"):
            assert one[name] == other[name]
        assert one["due"] is None or one["due"]["date"] == other["due"]["date"]
        assert [r["minutes_before"] for r in one["reminders"]] == [r["minutes_before"] for r in other["reminders"]]
    [rule], [copied] = ([t["recurrence"] for t in found if t["recurrence"]] for found in (mine, theirs))
    assert copied["missed"] == "each"
    assert (copied["exdates"], copied["rdates"]) == (["2031-05-12T17:00:00"], ["2031-05-14T17:00:00"])
    assert copied["rrule"] == rule["rrule"]


async def test_another_library_reads_rule_exceptions_and_the_postponed_one(ada: Person) -> None:
    water = await _somebody_lives(ada)
    await ada.act("postpone", water, {"date": "2031-05-06"})
    calendar = icalendar.Calendar.from_ical(await _export(ada, "?component=VEVENT"))
    found = recurring_ical_events.of(calendar).between((2031, 5, 1), (2031, 5, 20))
    assert sorted(e["DTSTART"].dt.strftime("%d %H:%M") for e in found if e["SUMMARY"] == water["title"]) == [
        "06 17:00", "08 17:00", "14 17:00", "15 17:00", "19 17:00",
    ]  # fmt: skip
    [zone] = calendar.walk("VTIMEZONE")
    assert zone["TZID"] == "Europe/Berlin"
    [alarm] = [a for e in calendar.events if "RRULE" in e for a in e.walk("VALARM")]
    assert alarm["TRIGGER"].dt == dt.timedelta(minutes=-30)


async def test_more_than_a_page_is_exported_whole_and_only_ones_own(ada: Person, bob: Person) -> None:
    for number in range(203):
        await ada.create(f"Task {number}")
    await bob.create("Bob's")
    calendar = icalendar.Calendar.from_ical(await _export(ada))
    assert {str(todo["SUMMARY"]) for todo in calendar.todos} == {f"Task {number}" for number in range(203)}


GOOD = "BEGIN:VTODO\r\nUID:good\r\nSUMMARY:Good\r\nEND:VTODO\r\n"


DAY = "UID:bad\r\nSUMMARY:a\r\nDTSTART;VALUE=DATE:20310101\r\n"


@pytest.mark.parametrize(
    ("component", "code"),
    [
        ("UID:bad\r\n", "summary_missing"),
        (f"{DAY}RRULE:FREQ=SECONDLY\r\n", "rule_frequency_unsupported"),
        ("UID:bad\r\nSUMMARY:a\r\nDUE;VALUE=DATE:16010101\r\n", "component_invalid"),
        (f"{DAY}RRULE:FREQ=DAILY;COUNT=1\r\nEXDATE;VALUE=DATE:20310101\r\n", "rule_without_occurrence"),
        (f"{DAY}RRULE:FREQ=DAILY\r\nX-TODO-ANCHOR:moon\r\n", "component_invalid"),
    ],
)
async def test_one_bad_component_and_nothing_is_imported(
    ada: Person, database: Database, component: str, code: str
) -> None:
    content = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{GOOD}BEGIN:VTODO\r\n{component}END:VTODO\r\nEND:VCALENDAR\r\n"
    answer = await _import(ada, content.encode())
    assert answer.status_code == 422, answer.text
    assert (answer.json()["code"], answer.json()["component"]) == (code, "bad")
    assert await ada.listed() == []
    assert database.events("task.created") == []


async def test_an_import_is_done_once_by_its_key_and_says_what_it_left_out(ada: Person) -> None:
    done = "BEGIN:VTODO\r\nUID:done\r\nSUMMARY:Done\r\nSTATUS:COMPLETED\r\nEND:VTODO\r\n"
    content = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{GOOD}{done}END:VCALENDAR\r\n".encode()
    answers = [await _import(ada, content, **{"idempotency-key": "once"}) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert answers[0].json()["left_out"] == 1
    [task] = await ada.listed()
    assert answers[0].json()["tasks"] == [{"uid": "good", "task_id": task["id"], "outcome": "created"}]


async def test_five_hundred_are_taken_and_one_more_is_refused(ada: Person) -> None:
    many = [GOOD.replace("good", f"g{number}") for number in range(501)]
    head, end = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n", "END:VCALENDAR\r\n"
    refused = await _import(ada, (head + "".join(many) + end).encode())
    assert (refused.status_code, refused.json()["code"]) == (422, "calendar_too_large")
    taken = await _import(ada, (head + "".join(many[:500]) + end).encode())
    assert (taken.status_code, len(taken.json()["tasks"])) == (201, 500)
