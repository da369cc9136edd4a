"""A calendar imported again: what it names is known by its UID, and one undo takes an import back."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import icalendar
import pytest
from actors import Database, Person

pytestmark = pytest.mark.integration


def _calendar(*todos: str) -> bytes:
    inner = "".join(f"BEGIN:VTODO\r\n{todo}END:VTODO\r\n" for todo in todos)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{inner}END:VCALENDAR\r\n".encode()


def _todo(uid: str, title: str, *lines: str) -> str:
    return "".join(f"{line}\r\n" for line in (f"UID:{uid}", f"SUMMARY:{title}", *lines))


WATER = ("DTSTART;VALUE=DATE:20310505", "RRULE:FREQ=WEEKLY;BYDAY=MO,TH", "EXDATE;VALUE=DATE:20310512")
TAXES = _todo("taxes@elsewhere", "Taxes", "DUE;VALUE=DATE:20310531")
FILE = _calendar(_todo("water@elsewhere", "Water", *WATER), TAXES)


async def _import(person: Person, content: bytes) -> httpx.Response:
    sent = {**person.bearer, "content-type": "text/calendar"}
    answer = await person.api.post(f"{person.path}/calendar/import", content=content, headers=sent)
    assert answer.status_code in (200, 201), answer.text
    return answer


def _outcomes(answer: httpx.Response) -> dict[str, str]:
    return {one["uid"]: one["outcome"] for one in answer.json()["tasks"]}


async def _exported(person: Person, query: str = "") -> bytes:
    answer = await person.call("GET", f"/calendar/export{query}")
    assert answer.status_code == 200, answer.text
    return answer.content


async def _by_title(person: Person) -> dict[str, dict[str, Any]]:
    return {task["title"]: task for task in await person.listed()}


async def _undo(person: Person, handle: str) -> httpx.Response:
    return await person.call("POST", f"/undo/{handle}")


async def test_the_same_file_again_changes_nothing(ada: Person, database: Database) -> None:
    first = await _import(ada, FILE)
    assert (first.status_code, set(_outcomes(first).values())) == (201, {"created"})
    before, events = await _by_title(ada), len(database.events())
    again = await _import(ada, FILE)
    assert (again.status_code, again.json()["undo"]) == (200, None)
    assert _outcomes(again) == {"water@elsewhere": "unchanged", "taxes@elsewhere": "unchanged"}
    assert [one["task_id"] for one in again.json()["tasks"]] == [one["task_id"] for one in first.json()["tasks"]]
    assert (await _by_title(ada), len(database.events())) == (before, events)


async def test_two_at_once_make_each_task_once(ada: Person) -> None:
    answers = await asyncio.gather(*(_import(ada, FILE) for _ in range(4)))
    assert sorted(set(_outcomes(answer).values()).pop() for answer in answers) == ["created", *["unchanged"] * 3]
    assert len(await ada.listed()) == 2


async def test_what_the_file_says_anew_is_taken_and_what_a_person_said_meanwhile_stays(ada: Person) -> None:
    await _import(ada, FILE)
    task = (await _by_title(ada))["Taxes"]
    await ada.call("PATCH", f"/tasks/{task['id']}", {"title": "My taxes", "priority": "high"})
    assert set(_outcomes(await _import(ada, FILE)).values()) == {"unchanged"}
    assert (await ada.read(task))["title"] == "My taxes"
    anew = _calendar(_todo("water@elsewhere", "Water", *WATER), TAXES.replace("20310531", "20310630"))
    assert _outcomes(await _import(ada, anew)) == {"water@elsewhere": "unchanged", "taxes@elsewhere": "updated"}
    read = await ada.read(task)
    assert (read["title"], read["due"]["date"], read["version"]) == ("Taxes", "2031-06-30", 3)
    assert set(_outcomes(await _import(ada, anew)).values()) == {"unchanged"}


async def test_a_series_gets_its_new_rule_and_its_open_occurrence_the_new_date(ada: Person) -> None:
    await _import(ada, FILE)
    water = (await _by_title(ada))["Water"]
    anew = _todo("water@elsewhere", "Water them", "DTSTART;TZID=Europe/Berlin:20310506T180000",
                 "RRULE:FREQ=WEEKLY;BYDAY=TU", "X-TODO-MISSED:each", "BEGIN:VALARM", "TRIGGER:-PT10M",
                 "END:VALARM")  # fmt: skip
    answer = await _import(ada, _calendar(anew))
    assert _outcomes(answer) == {"water@elsewhere": "updated"}
    read = await ada.read(water)
    assert (read["title"], read["due"]["date"], read["due"]["time"]) == ("Water them", "2031-05-06", "18:00:00")
    assert [reminder["minutes_before"] for reminder in read["reminders"]] == [10]
    rule = read["recurrence"]
    assert (rule["rrule"], rule["missed"], rule["exdates"]) == ("FREQ=WEEKLY;BYDAY=TU", "each", [])
    assert (await _undo(ada, answer.json()["undo"])).status_code == 200
    back = await ada.read(water)
    for name in ("title", "due", "reminders", "recurrence"):
        assert back[name] == water[name], name
    assert _outcomes(await _import(ada, _calendar(anew))) == {"water@elsewhere": "updated"}, "undone is not known"


async def test_one_undo_takes_an_import_back_and_the_file_can_come_again(ada: Person) -> None:
    answer = await _import(ada, FILE)
    undone = await _undo(ada, answer.json()["undo"])
    assert undone.status_code == 200, undone.text
    assert await ada.listed() == []
    assert [series["status"] for series in undone.json()["series"]] == ["ended"]
    assert (await _undo(ada, answer.json()["undo"])).json()["code"] == "undone_already"
    assert set(_outcomes(await _import(ada, FILE)).values()) == {"created"}
    assert len(await ada.listed()) == 2


async def test_an_import_is_undone_as_a_whole_or_not_at_all(ada: Person) -> None:
    answer = await _import(ada, FILE)
    tasks = await _by_title(ada)
    await ada.act("complete", tasks["Taxes"])
    refused = await _undo(ada, answer.json()["undo"])
    assert (refused.status_code, refused.json()["code"]) == (409, "undo_conflict")
    assert refused.json()["task_id"] == tasks["Taxes"]["id"]
    assert (await ada.read(tasks["Water"]))["status"] == "open"


async def test_what_is_closed_by_now_is_kept_and_what_has_no_uid_comes_each_time(ada: Person) -> None:
    await _import(ada, FILE)
    await ada.act("complete", (await _by_title(ada))["Taxes"])
    anew = _calendar(TAXES.replace("Taxes", "More taxes"), "SUMMARY:Nameless\r\n")
    answer = await _import(ada, anew)
    assert _outcomes(answer) == {"taxes@elsewhere": "kept", "VTODO number 2": "created"}
    assert _outcomes(await _import(ada, anew)) == {"taxes@elsewhere": "kept", "VTODO number 2": "created"}
    assert [task["title"] for task in await ada.listed("?status=open")].count("Nameless") == 2


async def test_uids_come_out_as_they_went_in_and_ones_own_export_is_known(ada: Person, bob: Person) -> None:
    await _import(ada, FILE)
    mine = await ada.create("Mine", due={"date": "2031-06-01"}, recurrence={"rrule": "FREQ=MONTHLY"})
    await ada.create("Single")
    written = await _exported(ada)
    uids = {str(todo["SUMMARY"]): str(todo["UID"]) for todo in icalendar.Calendar.from_ical(written).todos}
    assert (uids["Water"], uids["Taxes"], uids["Mine"]) == ("water@elsewhere", "taxes@elsewhere", mine["series_id"])
    assert set(_outcomes(await _import(ada, written)).values()) == {"unchanged"}
    assert set(_outcomes(await _import(bob, written)).values()) == {"created"}, "one's own tasks only"
    again = await _exported(bob)
    assert {str(todo["UID"]) for todo in icalendar.Calendar.from_ical(again).todos} == set(uids.values())
    raised = written.replace(b"SEQUENCE:0", b"SEQUENCE:9").replace(b"SUMMARY:Mine", b"SUMMARY:Ours")
    assert _outcomes(await _import(ada, raised))[mine["series_id"]] == "updated"
    assert "Ours" in await _by_title(ada)


async def test_a_series_is_exported_while_none_of_its_occurrences_is_open(ada: Person) -> None:
    for title in ("Waits", "Paused"):
        await ada.create(title, due={"date": "2031-06-01"}, recurrence={"rrule": "FREQ=MONTHLY"})
    over = await ada.create("Over", due={"date": "2031-06-01"}, recurrence={"rrule": "FREQ=DAILY"})
    tasks = await _by_title(ada)
    await ada.call("POST", f"/series/{tasks['Paused']['series_id']}/pause")
    for title in ("Waits", "Paused", "Over"):
        await ada.act("complete", tasks[title])
    assert (await ada.call("POST", f"/series/{over['series_id']}/end")).status_code == 200
    assert await ada.listed("?status=open") == []
    calendar = icalendar.Calendar.from_ical(await _exported(ada))
    assert str(calendar["NAME"]) == "Tasks of ada"
    found = {str(todo["SUMMARY"]): todo for todo in calendar.todos}
    assert set(found) == {"Waits", "Paused"}
    assert all(todo["RRULE"] == {"FREQ": ["MONTHLY"]} and todo["STATUS"] == "NEEDS-ACTION" for todo in found.values())
    assert icalendar.Calendar.from_ical(await _exported(ada, "?status=skipped")).todos == []
