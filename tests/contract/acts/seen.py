"""What the backend's tables really hold for a person, in the model's words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import dict_row

from tests.contract.acts.state import Place, Rule, State

START_BEFORE = 1
"""Days from the start of each task to its due."""
REMINDER_MINUTES = 90
"""Minutes from its absolute reminder to its due."""

_TASKS = """
SELECT id::text, series_id::text AS series, due_date, due_time, occurrence_key, occurrence_number AS number,
  predecessor_id::text AS predecessor, title, list_id::text AS list, status, deleted_at IS NOT NULL AS deleted,
  withdrawn_at IS NOT NULL AS withdrawn, (subtasks -> 0 ->> 'done')::boolean AS ticked, version > 1 AS touched,
  due_date - start_date AS days, due_at - (reminders -> 0 ->> 'at')::timestamptz AS reminder
FROM tasks.tasks WHERE user_id = %s"""
_LISTS = "SELECT id::text, name, deleted_at IS NOT NULL AS deleted FROM tasks.lists WHERE user_id = %s"
_SERIES = "SELECT * FROM tasks.series WHERE user_id = %s"


@dataclass(frozen=True, slots=True)
class Seen:
    """Tasks, series and lists by id, each as what can be compared."""

    tasks: dict[str, Any]
    series: dict[str, Any]
    lists: dict[str, Any]


def seen(superuser: psycopg.Connection[Any], person: UUID) -> Seen:
    """Read what there is. Start and reminder of every task lie about its due as they did about the first one's."""
    with superuser.cursor(row_factory=dict_row) as cursor:
        tasks = cursor.execute(_TASKS, (person,)).fetchall()
        series = cursor.execute(_SERIES, (person,)).fetchall()
        lists = cursor.execute(_LISTS, (person,)).fetchall()
    for row in tasks:
        assert row["days"] == START_BEFORE, row
        assert row["reminder"].total_seconds() == REMINDER_MINUTES * 60, row
    return Seen(
        {r["id"]: _task(r) for r in tasks},
        {str(r["id"]): _one_series(r) for r in series},
        {r["id"]: (r["name"], r["deleted"]) for r in lists},
    )


def expected(state: State) -> Seen:
    """Return what the model says should be seen."""
    return Seen(
        {
            t.id: (t.series, t.due, _key(t.key), t.number, t.predecessor, t.title, t.list, t.ticked, t.status,
                   t.deleted is not None, t.withdrawn is not None, t.touched)
            for t in state.tasks.values()
        },
        {s.id: (s.status, s.ended_by, rrule(s.rule), s.rule.anchor, s.rule.missed, s.rule.trigger,
                s.rule.on_holiday, s.start, s.split_from)
         for s in state.series.values()},
        {one.id: (one.name, one.deleted is not None) for one in state.lists.values()},
    )  # fmt: skip


def told_apart(real: Seen, said: Seen) -> str:
    """Return in words where what there is differs from what the model says."""
    found: list[str] = []
    for there, model in ((real.tasks, said.tasks), (real.series, said.series), (real.lists, said.lists)):
        for name in sorted(there.keys() | model.keys()):
            if there.get(name) != model.get(name):
                found.append(f"{name}\n  there: {there.get(name)}\n  model: {model.get(name)}")
    return "\n".join(found)


def rrule(rule: Rule) -> str:
    """Return a rule as it is said to the backend."""
    return f"FREQ=DAILY;INTERVAL={rule.interval}" + (f";COUNT={rule.count}" if rule.count else "")


def said(rule: Rule) -> dict[str, str]:
    """Return how a series repeats as it is said to the backend."""
    return {
        "rrule": rrule(rule), "anchor": rule.anchor, "missed": rule.missed, "trigger": rule.trigger,
        "on_holiday": rule.on_holiday,
    }  # fmt: skip


def _key(key: Place | None) -> str | None:
    if key is None:
        return None
    return key.date.isoformat() + (f"T{key.time.isoformat()}" if key.time else "")


def _task(row: dict[str, Any]) -> Any:
    due = Place(row["due_date"], row["due_time"])
    return (row["series"], due, row["occurrence_key"], row["number"], row["predecessor"], row["title"], row["list"],
            row["ticked"], row["status"], row["deleted"], row["withdrawn"], row["touched"])  # fmt: skip


def _one_series(row: dict[str, Any]) -> Any:
    start = Place(row["start_date"], row["start_time"])
    split_from = None if row["split_from"] is None else str(row["split_from"])
    return (
        row["status"],
        row["end_reason"],
        row["rrule"],
        row["anchor"],
        row["missed"],
        row["trigger"],
        row["on_holiday"],
        start,
        split_from,
    )
