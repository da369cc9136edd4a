"""A model that knows what each line of a dialogue should do, and does it by the tools: a script of the expected acts.

It proves the way from a model's calls to the database, with the same dialogues that the built-in model reads. What is
`shown` is left to that one.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tests.dialogues.days import due_of
from tests.dialogues.reading import Dialogue, Turn
from tests.scripted_model import Script, Step, given_since

Json = dict[str, Any]
Calls = list[tuple[str, Json | str]]
_HANDLE = re.compile(r"with the handle ([0-9a-f-]{36})")
_STATUS = {"done": "complete_task", "skipped": "skip_task", "open": "reopen_task"}
_SERIES = {"paused": "pause_series", "active": "resume_series", "ended": "end_series"}


def without_shown(dialogue: Dialogue) -> Dialogue:
    """Return a dialogue that only says what the database holds."""
    return replace(dialogue, turns=tuple(replace(turn, shown=None) for turn in dialogue.turns))


def script_of(dialogue: Dialogue, today: dt.date) -> Script:
    """Return the model of one dialogue: it makes the calls of the turn that it is asked in, then says that it did."""

    def script(messages: list[Json]) -> Step:
        if given_since(messages):
            return Step("That is done.")
        line = next(str(m["content"]) for m in reversed(messages) if m["role"] == "user")
        number = sum(m["role"] == "user" for m in messages) - 1
        # Lines that code answers alone leave no trace here: the turn is found by its words, from its place on.
        turns = [n for n, turn in enumerate(dialogue.turns) if turn.say.strip() == line and n >= min(number, n)]
        place = next((n for n in turns if n >= number), turns[-1])
        handle = _HANDLE.search(str(messages[0]["content"]))
        calls = calls_of(dialogue, place, today, handle[1] if handle else None)
        return Step(calls=calls) if calls else Step("I did nothing.")

    return script


def calls_of(dialogue: Dialogue, place: int, today: dt.date, handle: str | None) -> Calls:
    """Return what a model should call for one line."""
    turn = dialogue.turns[place]
    known = _titles(dialogue, place)
    ahead = dialogue.turns[place + 1] if place + 1 < len(dialogue.turns) else None
    if not turn.acts:
        return _deletion(turn, ahead, _lists(dialogue, place)) if ahead is not None else []
    if handle is not None and _takes_back(dialogue, place):
        return [("undo", {"handle": handle})]
    calls: Calls = []
    for names, fields in turn.then.items():
        titles = [name for name in names.split("|") if name.casefold() in known]
        calls += _changed(titles[0], fields, today) if titles else [_added(names.split("|")[0], fields, today)]
    if turn.lists is not None:
        # Tasks of a list that is renamed or deleted go along by themselves.
        calls = _of_lists(_lists(dialogue, place), turn.lists)
    return calls


def _added(title: str, fields: Json, today: dt.date) -> tuple[str, Json | str]:
    given: Json = {"title": title}
    if "due" in fields or "rule" in fields:
        date, time = due_of(fields.get("due", "today"), today)
        time = dt.time.fromisoformat(fields["time"]) if "time" in fields else time
        given |= {"due_date": str(date)} | ({"due_time": f"{time:%H:%M}"} if time else {})
    given |= {"rrule": fields["rule"]} if "rule" in fields else {}
    given |= {"list_name": fields["list"]} if "list" in fields else {}
    given |= {name: fields[name] for name in ("priority", "tags") if name in fields}
    reminders = fields.get("reminders", [])
    given |= {"remind_minutes_before": [0] if isinstance(reminders, int) else reminders} if reminders else {}
    return "add_task", given


def _changed(title: str, fields: Json, today: dt.date) -> Calls:
    calls: Calls = []
    if "status" in fields:
        calls.append((_STATUS[fields["status"]], {"task": title}))
    if "rule" in fields:
        calls.append(("repeat_task", {"task": title, "rrule": fields["rule"]}))
    elif "due" in fields:
        date, time = due_of(fields["due"], today)
        calls.append(("move_task", {"task": title, "date": str(date)} | ({"time": f"{time:%H:%M}"} if time else {})))
    for minutes in fields.get("reminders", []):
        calls.append(("remind_task", {"task": title, "minutes_before": minutes}))
    if "series" in fields:
        calls.append((_SERIES[fields["series"]], {"task": title}))
    if "list" in fields:
        calls.append(("move_to_list", {"task": title, "list_name": fields["list"]}))
    return calls


def _of_lists(before: Sequence[str], after: Sequence[str]) -> Calls:
    new = [name for name in after if name not in before]
    gone = [name for name in before if name not in after]
    if new and gone:
        return [("rename_list", {"list_name": gone[0], "name": new[0]})]
    return [("make_list", {"name": name}) for name in new]


def _deletion(turn: Turn, ahead: Turn, lists: Sequence[str]) -> Calls:
    """Return the first call of a deletion that the next line says yes to."""
    if ahead.gone:
        return [("delete_task", {"task": ahead.gone[0]})]
    gone = [name for name in lists if ahead.lists is not None and name not in ahead.lists]
    return [("delete_list", {"list_name": gone[0]})] if gone else []


def _takes_back(dialogue: Dialogue, place: int) -> bool:
    said = dialogue.turns[place].say.casefold()
    return place > 0 and any(word in said for word in ("undo", "back", "mistake"))


def _titles(dialogue: Dialogue, place: int) -> set[str]:
    named = {str(given["title"]) for given in dialogue.given}
    named |= {name for turn in dialogue.turns[:place] for names in turn.then for name in names.split("|")}
    return {name.casefold() for name in named}


def _lists(dialogue: Dialogue, place: int) -> list[str]:
    """Return the lists that there are before a line."""
    said = [turn.lists for turn in dialogue.turns[:place] if turn.lists is not None]
    return list(said[-1]) if said else sorted({given["list"] for given in dialogue.given if "list" in given})
