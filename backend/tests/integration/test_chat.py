"""The chat's acts on a real PostgreSQL: what the database holds after each line, and what a stock client is sent."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest
from actors import Chat, Database, text_of, today

pytestmark = pytest.mark.integration


async def test_adding_listing_and_completing_by_talking(chat: Chat, database: Database) -> None:
    added = await chat.say("add water the plants every 3 days after completion")
    listed = await chat.say("what is due today")
    done = await chat.say("done with water the plants")

    [task] = await chat.person.listed()
    assert (task["title"], task["status"]) == ("water the plants", "done")
    assert (task["recurrence"]["rrule"], task["recurrence"]["anchor"]) == ("FREQ=DAILY;INTERVAL=3", "completion")
    assert task["due"]["date"] == today().isoformat()
    [shown] = [p["output"]["tasks"] for p in listed if p["type"] == "tool-output-available"]
    assert [t["id"] for t in shown] == [task["id"]]
    following = today() + dt.timedelta(days=3)
    assert f"Next: {following:%a} {following.day} {following:%b}" in text_of(done)
    assert [p["type"] for p in added] == [
        "start", "start-step", "tool-input-available", "tool-output-available", "text-start", "text-delta", "text-end",
        "finish-step", "finish",
    ]  # fmt: skip
    actors = {r["record"]["data"]["actor"]["kind"] + r["record"]["data"]["actor"]["door"] for r in records(database)}
    assert actors == {"agentchat"}


def records(database: Database) -> list[dict[str, Any]]:
    rows = database.rows("SELECT record FROM tasks.ledger WHERE topic = 'task-events'")
    return [{"record": orjson.loads(bytes(row["record"]))} for row in rows]


async def test_the_handle_of_an_act_takes_it_back_over_rest_too(chat: Chat) -> None:
    parts = await chat.say("add pay rent tomorrow at 17:00 remind me 30 minutes before #home p1")
    [output] = [p["output"] for p in parts if p["type"] == "tool-output-available"]

    assert (output["task"]["tags"], output["task"]["priority"]) == (["home"], "urgent")
    assert output["task"]["reminders"][0]["minutes_before"] == 30
    answer = await chat.person.call("POST", f"/undo/{output['undo']}", {})
    assert answer.status_code == 200
    assert await chat.person.listed() == []


async def test_moving_repeating_reminding_skipping_and_undoing(chat: Chat) -> None:
    task = await chat.person.create("Pay rent", due={"date": "2030-01-31", "time": "17:00"})

    await chat.say("move pay rent to 2030-02-28")
    moved = await chat.person.read(task)
    await chat.say("undo")
    back = await chat.person.read(task)
    await chat.say("repeat pay rent every month")
    await chat.say("remind me 1 hour before it")
    repeating = await chat.person.read(task)
    await chat.say("skip pay rent")
    skipped = await chat.person.read(task)
    await chat.say("reopen pay rent")

    assert (moved["due"]["date"], moved["due"]["time"]) == ("2030-02-28", "17:00:00")
    assert back["due"]["date"] == "2030-01-31"
    assert repeating["recurrence"]["rrule"] == "FREQ=MONTHLY;BYMONTHDAY=31;RSCALE=GREGORIAN;SKIP=BACKWARD"
    assert [r["minutes_before"] for r in repeating["reminders"]] == [60]
    assert skipped["status"] == "skipped"
    assert (await chat.person.read(task))["status"] == "open"


async def test_what_was_done_is_told_by_days_of_the_persons_zone(chat: Chat) -> None:
    task = await chat.person.create("Pay rent")
    await chat.person.create("Call Ada")
    yesterday = dt.datetime.combine(today() - dt.timedelta(days=1), dt.time(0, 30), ZoneInfo("Europe/Berlin"))
    body = {"completed_at": yesterday.isoformat()}
    assert (await chat.person.call("POST", f"/tasks/{task['id']}/complete", body)).status_code == 200

    late = await chat.say("what did I do yesterday")
    now = await chat.say("what did I do today")

    shown = [p["output"]["tasks"] for p in (*late, *now) if p["type"] == "tool-output-available"]
    assert [[t["title"] for t in tasks] for tasks in shown] == [["Pay rent"], []]


async def test_what_is_told_of_closes_its_task_and_nothing_like_it(chat: Chat) -> None:
    await chat.person.create("Water plants")
    await chat.person.create("Water the lawn")

    await chat.say("I watered the plants")
    await chat.say("I watered something")

    assert {t["title"]: t["status"] for t in await chat.person.listed()} == {
        "Water plants": "done",
        "Water the lawn": "open",
    }


async def test_a_line_without_a_verb_is_read_back_and_added_by_yes(chat: Chat) -> None:
    asked = await chat.say("dentist 2030-02-28 15:00")
    before = await chat.person.listed()
    await chat.say("yes")

    [task] = await chat.person.listed()
    assert before == []
    assert "“dentist”, Thu 28 Feb 2030 15:00" in text_of(asked)
    assert (task["title"], task["due"]["date"], task["due"]["time"]) == ("dentist", "2030-02-28", "15:00:00")


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("de-AT", "Hinzugefügt: “pay rent”. Das nächste Mal: Sa 31. Jan. 2032 17:00, jeden Monat am letzten Tag"),
        ("fr", "Ajouté : “pay rent”. Prochaine fois : sam. 31 janv. 2032 17:00, tous les mois"),
        ("es-MX", "Añadida: “pay rent”. La próxima vez: sáb 31 ene 2032 17:00, "),
        ("vi", "Đã thêm “pay rent”. Lần tới: Thứ Bảy 31 tháng 1 năm 2032 17:00, "),
        ("pt", "Added “pay rent”. Next: Sat 31 Jan 2032 17:00, every month on the last day"),
    ],
)
async def test_answers_are_in_the_language_of_the_account(chat: Chat, locale: str, words: str) -> None:
    answer = await chat.person.api.patch("/api/me", json={"locale": locale}, headers=chat.person.bearer)
    assert answer.status_code == 200, answer.text

    said = await chat.say("add pay rent on the last day of every month at 17:00 starting 2032-01-31")

    assert text_of(said).startswith(words)
