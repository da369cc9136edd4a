"""Pausing, resuming, skipping and ending a series by talking: what the database holds after each line."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from actors import Chat, Database, Person, RecurringTaskService, text_of

pytestmark = pytest.mark.integration

UNSEEN = (
    "SELECT (SELECT count(*) FROM tasks.ledger) AS events, (SELECT max(value) FROM tasks.change_counters) AS changes,"
    " (SELECT count(*) FROM tasks.acts) AS acts"
)
DAY = dt.timedelta(days=1)
TODAY = dt.datetime.now(ZoneInfo("Europe/Berlin")).date()
LATER = TODAY + 40 * DAY


async def plants(person: Person, title: str = "Water the plants") -> dict[str, Any]:
    return await person.create(title, due={"date": "2030-01-31"}, recurrence={"rrule": "FREQ=DAILY"})


async def series(person: Person, task: dict[str, Any]) -> dict[str, Any]:
    return (await person.call("GET", f"/series/{task['series_id']}")).json()


async def test_pausing_and_resuming_by_talking(chat: Chat) -> None:
    task = await plants(chat.person)
    said = text_of(await chat.say("pause water the plants"))
    paused = await series(chat.person, task)
    assert (paused["status"], paused["resume_on"]) == ("paused", None)
    assert said.startswith("Paused: “Water the plants”.")
    assert "nothing was changed" in text_of(await chat.say("pause it"))
    await chat.say(f"pause it until {LATER:%-d %B %Y}")
    assert (await series(chat.person, task))["resume_on"] == str(LATER)
    assert text_of(await chat.say("resume water the plants")).startswith("“Water the plants” repeats again.")
    assert (await series(chat.person, task))["status"] == "active"
    assert "not paused; nothing was changed" in text_of(await chat.say("resume it"))


async def test_all_that_was_missed_is_skipped_by_talking_and_taken_back(chat: Chat) -> None:
    for missed in ("next", "each"):
        title = f"Water {missed}"
        rule = {"rrule": "FREQ=DAILY", "missed": missed}
        task = await chat.person.create(title, due={"date": str(TODAY - 5 * DAY)}, recurrence=rule)
        said = text_of(await chat.say(f"skip all missed of {title}"))
        assert said.startswith(f"Skipped all that was missed of “{title}”. Next: {TODAY + DAY:%a %-d %b}."), said
        assert (await chat.person.read(task))["status"] == "skipped"
        await chat.say("undo")
        assert (await chat.person.read(task))["status"] == "open"
    await chat.person.create("Later", due={"date": str(LATER)}, recurrence={"rrule": "FREQ=DAILY"})
    assert "overdue; nothing was changed" in text_of(await chat.say("catch up on later"))
    await chat.say("pause water next")
    assert "nothing was changed" in text_of(await chat.say("skip all missed of water next")).lower()


async def test_one_takes_the_place_of_the_next_date_by_talking_and_is_taken_back(chat: Chat) -> None:
    task = await chat.person.create("Rent", due={"date": str(TODAY)}, recurrence={"rrule": "FREQ=DAILY;INTERVAL=3"})
    said = text_of(await chat.say("postpone rent to the next date"))
    assert said.startswith("Moved “Rent” to its next date, ")
    read = await chat.person.read(task)
    assert (read["due"]["date"], read["occurrence_number"]) == (str(TODAY + 3 * DAY), 2)
    await chat.say("undo")
    assert (await chat.person.read(task))["due"]["date"] == str(TODAY)
    await chat.person.create("Once", due={"date": str(TODAY)})
    assert "does not repeat" in text_of(await chat.say("postpone once to the next date"))


async def test_a_paused_series_without_an_open_one_is_found(chat: Chat) -> None:
    task = await plants(chat.person)
    for line in ("pause water the plants", "done with it", "resume water the plants"):
        await chat.say(line)
    assert ((await series(chat.person, task))["status"], (await chat.person.read(task))["status"]) == ("active", "done")


async def test_stopping_leaves_what_is_open_and_is_taken_back(chat: Chat, database: Database) -> None:
    task = await plants(chat.person)
    await chat.say("stop repeating water the plants")
    ended = await series(chat.person, task)
    assert (ended["status"], ended["end_reason"]) == ("ended", "by_hand")
    assert (await chat.person.read(task))["status"] == "open"
    before = database.rows(UNSEEN)
    for line in ("stop repeating it", "pause it", "resume water the plants"):
        assert "does not repeat any more; nothing was changed" in text_of(await chat.say(line))
    assert database.rows(UNSEEN) == before
    await chat.say("undo")
    assert (await series(chat.person, task))["status"] == "active"
    [event] = database.events("series.ended")
    assert (event["data"]["actor"]["kind"], event["data"]["actor"]["door"]) == ("agent", "chat")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("pause the moon", "no open task like"),
        ("pause water the plants until the cows come home", "Say on which day"),
        ("pause water the plants until 1 january 2020", "nothing was changed"),
        ("pause pay rent", "does not repeat"),
        ("stop repeating everything", "One task at a time"),
        ("resume", "Say which task"),
        ("pause", "Say which task"),
        ("pause water", "Which one do you mean"),
        ("stop water the plants", "did not understand"),
    ],
)
async def test_a_line_that_names_no_one_series_or_day_changes_nothing_and_says_so(
    chat: Chat, database: Database, line: str, says: str
) -> None:
    await plants(chat.person)
    await plants(chat.person, "Water the garden")
    await chat.person.create("Pay rent")
    before = database.rows(UNSEEN)
    assert says.casefold() in text_of(await chat.say(line)).casefold()
    assert database.rows(UNSEEN) == before


async def test_which_of_two_is_asked_and_the_chosen_one_is_paused(chat: Chat) -> None:
    tasks = [await plants(chat.person, title) for title in ("Water the plants", "Water the garden")]
    asked = await chat.say("pause water")
    [question] = [p["data"] for p in asked if p["type"] == "data-question"]
    await chat.say("2")
    paused = [task["id"] for task in tasks if (await series(chat.person, task))["status"] == "paused"]
    assert paused == [question["tasks"][1]["id"]]


async def test_what_undo_takes_away_is_told_as_gone_and_not_listed(chat: Chat, recurring: RecurringTaskService) -> None:
    task = await plants(chat.person)
    await chat.say("done with water the plants")
    closed = await chat.person.read(task)
    answer = await recurring.advance(chat.person, closed, "2030-02-01")
    assert answer.status_code == 200, answer.text

    parts = await chat.say("undo")

    [output] = [part["output"] for part in parts if part["type"] == "tool-output-available"]
    assert [(one["id"], one["status"]) for one in output["tasks"]] == [(task["id"], "open")]
    assert [one["due"]["date"] for one in output["gone"]] == ["2030-02-01"]
    assert "“Water the plants” is gone." in text_of(parts)
    await chat.say("add milk")
    [output] = [p["output"] for p in await chat.say("undo") if p["type"] == "tool-output-available"]
    assert (output["tasks"], [one["title"] for one in output["gone"]]) == ([], ["milk"])


async def test_hours_by_talking(chat: Chat) -> None:
    await chat.say("add stretch every 4 hours starting tomorrow at 9")
    await chat.person.create("Pay rent", due={"date": "2030-01-31"})
    said = text_of(await chat.say("repeat pay rent every 6 hours"))

    tasks = {task["title"]: task for task in (await chat.person.call("GET", "/tasks")).json()["items"]}
    assert tasks["stretch"]["recurrence"]["rrule"] == "FREQ=HOURLY;INTERVAL=4"
    assert tasks["stretch"]["due"]["time"] == "09:00:00"
    assert tasks["Pay rent"]["recurrence"]["rrule"] == "FREQ=HOURLY;INTERVAL=6"
    assert (tasks["Pay rent"]["due"]["date"], tasks["Pay rent"]["due"]["time"]) == ("2030-01-31", "09:00:00")
    assert said.startswith("“Pay rent” repeats every 6 hours"), said


async def test_a_time_of_elsewhere_by_talking(chat: Chat) -> None:
    said = text_of(await chat.say("add call Ada on 1 february 2030 at 9am Tokyo time"))
    assert "Fri 1 Feb 2030 09:00 Tokyo time" in said
    # Nine o'clock in Tokyo is one at night in Berlin.
    moved = text_of(await chat.say("move call Ada to 2 february 2030 at 9am Tokyo time"))
    assert "Sat 2 Feb 2030 01:00" in moved, moved
