"""What a person has, as the REST door tells it, and whether it is what a line should have made of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from tests.dialogues.days import dues_of
from tests.dialogues.reading import Turn
from tests.people import Person

Json = dict[str, Any]
NEW: Json = {
    "status": "open", "due": (None, None), "rule": None, "list": None, "priority": "none", "tags": [], "notes": "",
    "reminders": [], "subtasks": [], "series": None,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Holdings:
    """Tasks by id, each as its title and what is compared; and the names of the lists."""

    tasks: dict[str, Json]
    lists: tuple[str, ...]


def read(person: Person) -> Holdings:
    """Return what there is. What a series bore by itself is left out: when it comes is not the chat's doing."""
    names = {one["id"]: one["name"] for one in person.ask("GET", "lists", 200).json()["items"]}
    tasks = [task for task in person.tasks() if task["predecessor_id"] is None]
    of_tasks = {task["series_id"] for task in tasks} - {None}
    series = {each: person.ask("GET", f"series/{each}", 200).json()["status"] for each in of_tasks}
    return Holdings({t["id"]: _plain(t, names, series) for t in tasks}, tuple(sorted(names.values())))


def _plain(task: Json, names: dict[str, str], series: dict[str, str]) -> Json:
    due = task["due"] or {"date": None, "time": None}
    return {
        "title": task["title"],
        "status": task["status"],
        "due": (
            due["date"] and dt.date.fromisoformat(due["date"]),
            due["time"] and dt.time.fromisoformat(due["time"]),
        ),
        "rule": _rule(task["recurrence"]["rrule"]) if task["recurrence"] else None,
        "list": names.get(task["list_id"]),
        "priority": task["priority"],
        "tags": sorted(task["tags"]),
        "notes": task["notes"],
        "reminders": sorted(str(r["minutes_before"] if "at" not in r else r["at"]) for r in task["reminders"]),
        "subtasks": [one["title"] for one in task["subtasks"]],
        "series": series.get(task["series_id"], "ended") if task["series_id"] else None,
    }


def _rule(rrule: str) -> frozenset[str]:
    return frozenset(part for part in rrule.split(";") if not part.startswith(("SKIP=", "RSCALE=", "WKST=")))


def differences(before: Holdings, after: Holdings, turn: Turn, today: dt.date) -> list[str]:
    """Return what is otherwise than a line should have left it; empty when all is right."""
    found: list[str] = []
    left = dict(after.tasks)
    meant = {_key(titles): fields for titles, fields in turn.then.items()}
    for task_id, was in before.tasks.items():
        now = left.pop(task_id, None)
        title = was["title"].casefold()
        if title in (name.casefold() for name in turn.gone):
            found += [f"{was['title']} is still there"] if now else []
            continue
        if now is None:
            found.append(f"{was['title']} is gone")
            continue
        key = next((names for names in meant if title in names), None)
        found += _compared(now, was, meant.pop(key) if key else {}, today, turn.lists is not None)
    for names, fields in meant.items():
        task_id = next((i for i, task in left.items() if task["title"].casefold() in names), None)
        if task_id is None:
            found.append(f"there is no {'/'.join(names)}")
        else:
            found += _compared(left.pop(task_id), {**NEW, "series": "any"}, fields, today)
    found += [f"{task['title']!r} was added" for task in left.values()]
    lists = before.lists if turn.lists is None else tuple(sorted(turn.lists))
    return found + ([f"the lists are {after.lists}"] if after.lists != lists else [])


def _key(titles: str) -> tuple[str, ...]:
    return tuple(title.casefold() for title in titles.split("|"))


def _compared(now: Json, was: Json, fields: Json, today: dt.date, is_any_list: bool = False) -> list[str]:
    wrong: list[str] = []
    for name in NEW:
        got, kept = now[name], was[name]
        if name in fields:
            right = _is(name, got, fields[name], today)
        elif name == "due" and "time" in fields:
            right = got[1] == dt.time.fromisoformat(fields["time"])
        elif name == "list" and is_any_list:
            right = True  # the list has another name, or is gone
        elif ("rule" in fields and name in ("due", "series")) or (name == "rule" and fields.get("series") == "ended"):
            right = True  # the first date is the rule's; an ended series shows none
        else:
            right = got == kept or kept == "any"
        wrong += [] if right else [f"{now['title']}: {name} is {got}"]
    return wrong


def _is(name: str, got: Any, wanted: Any, today: dt.date) -> bool:
    match name:
        case "due":
            return got == (None, None) if wanted is None else got in dues_of(wanted, today)
        case "rule":
            return got == _rule(wanted)
        case "reminders":
            return len(got) == wanted if isinstance(wanted, int) else got == sorted(str(one) for one in wanted)
        case _:
            return got == wanted
