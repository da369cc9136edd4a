"""One dialogue, played by a person of its own against the platform's chat."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Literal
from zoneinfo import ZoneInfo

from tests.dialogues.days import due_of, zone_at_noon
from tests.dialogues.holdings import differences, read
from tests.dialogues.reading import Dialogue, Turn
from tests.people import Person

Json = dict[str, Any]
AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Played:
    """How it went. Missed: a line was not understood, and changed nothing. Wrong: something else was done."""

    dialogue: Dialogue
    outcome: Literal["right", "missed", "wrong"]
    why: str = ""


def play_all(base_url: str, wanted: Sequence[Dialogue]) -> list[Played]:
    """Play dialogues, some at a time."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(lambda dialogue: play(base_url, dialogue), wanted))


def play(base_url: str, dialogue: Dialogue, *, agrees: bool = False) -> Played:
    """Play a dialogue until a line goes otherwise than written.

    `agrees`: where a model is asked to wait for the person's yes, they say it.
    """
    now = dt.datetime.now(dt.UTC)
    zone = zone_at_noon(now)
    today = now.astimezone(ZoneInfo(zone)).date()
    person = Person.sign_up(base_url, zone, timeout=30.0)
    if dialogue.locale != "en":
        person.client.patch("/api/me", json={"locale": dialogue.locale}, headers=person.headers).raise_for_status()
    _set_up(person, dialogue, today, zone)
    before = read(person)
    for number, turn in enumerate(dialogue.turns, 1):
        parts = _said(person, turn.say, number)
        if agrees and any(part["type"] == "data-question" and part["data"]["act"] == "acts" for part in parts):
            parts += _said(person, "yes", 100 + number)
        after = read(person)
        why = differences(before, after, turn, today)
        if why and after != before:
            return Played(dialogue, "wrong", f"“{turn.say}”: {'; '.join(why)}")
        if why or not _is_shown(turn, parts):
            return Played(dialogue, "missed", f"“{turn.say}”: {_text(parts)}")
        before = after
    return Played(dialogue, "right")


def _set_up(person: Person, dialogue: Dialogue, today: dt.date, zone: str) -> None:
    lists: dict[str, str] = {}
    for given in dialogue.given:
        fields: Json = {name: given[name] for name in ("notes", "priority", "tags") if name in given}
        if "list" in given:
            name = given["list"]
            if name not in lists:
                lists[name] = person.ask("POST", "lists", 201, json={"name": name}).json()["id"]
            fields["list_id"] = lists[name]
        if "due" in given:
            date, time = due_of(given["due"], today)
            fields["due"] = {"date": str(date), "time": time and time.isoformat(), "time_zone": zone}
        if "rule" in given:
            fields["recurrence"] = {"rrule": given["rule"]}
        if "reminders" in given:
            fields["reminders"] = [{"minutes_before": each, "relative_to": "due"} for each in given["reminders"]]
        task = person.add(given["title"], **fields)
        if "done" in given:
            at = dt.datetime.combine(due_of(given["done"], today)[0], dt.time(10), ZoneInfo(zone))
            person.ask("POST", f"tasks/{task['id']}/complete", 200, json={"completed_at": at.isoformat()})
        elif given.get("status") == "done":
            person.complete(task["id"])


def _said(person: Person, line: str, number: int) -> list[Json]:
    message = {"id": f"m{number}", "role": "user", "parts": [{"type": "text", "text": line}]}
    answer = person.ask("POST", "chat", 200, json={"id": "dialogue", "messages": [message]})
    frames = [frame.removeprefix("data: ") for frame in answer.text.split("\n\n") if frame]
    assert frames[-1] == "[DONE]"
    return [json.loads(frame) for frame in frames[:-1]]


def _is_shown(turn: Turn, parts: list[Json]) -> bool:
    if turn.shown is None:
        return True
    outputs = [part["output"] for part in parts if part["type"] == "tool-output-available"]
    asked = [part["data"] for part in parts if part["type"] == "data-question"]
    tasks = [task for one in (*outputs, *asked) for task in one.get("tasks", ())]
    return bool(outputs or asked) and {task["title"] for task in tasks} == set(turn.shown)


def _text(parts: list[Json]) -> str:
    return "".join(part["delta"] for part in parts if part["type"] == "text-delta").replace("\n", " / ")
