"""Reading the past: closed occurrences of a series, and what was done on each day."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from service_kit.database import Pool

from todo_backend.application.columns import TASKS
from todo_backend.application.reading import row, rows
from todo_backend.application.rows import task_of
from todo_backend.application.table import SCHEMA
from todo_backend.errors import CursorInvalid
from todo_backend.series.past import Past
from todo_backend.tasks.domain import Task

STREAK_LIMIT = 10_000
"""Occurrences that a streak looks back over, newest first: 27 years of a daily series."""

_OF_SERIES = "user_id = %(user_id)s AND series_id = %(series_id)s AND deleted_at IS NULL AND withdrawn_at IS NULL"
_PAST = f"{_OF_SERIES} AND status <> 'open'"
_ORDER = "ORDER BY occurrence_number DESC, id DESC"
_PAGE = f"SELECT {TASKS.select_list} FROM {SCHEMA}.tasks WHERE {_PAST}"
_NEWEST = f"SELECT {TASKS.select_list} FROM {SCHEMA}.tasks WHERE {_OF_SERIES} {_ORDER} LIMIT 1"
_STREAK = (
    f"SELECT status, due_at, completed_at, passed_over FROM {SCHEMA}.tasks WHERE {_PAST} {_ORDER} LIMIT {STREAK_LIMIT}"
)
_LIVE = "user_id = %(user_id)s AND deleted_at IS NULL AND withdrawn_at IS NULL"
_DAYS = f"""
SELECT day, count(*) FILTER (WHERE mark = 'done'), count(*) FILTER (WHERE mark = 'late'),
  count(*) FILTER (WHERE mark = 'skipped'), count(*) FILTER (WHERE mark = 'missed')
FROM (
  SELECT width_bucket(completed_at, %(begins)s::timestamptz[]) - 1 AS day,
    CASE WHEN completed_at > due_at THEN 'late' ELSE 'done' END AS mark
  FROM {SCHEMA}.tasks
  WHERE {_LIVE} AND status = 'done' AND completed_at >= %(first)s AND completed_at < %(past)s {{series}}
  UNION ALL
  SELECT due_date - %(from)s::date, status
  FROM {SCHEMA}.tasks
  WHERE {_LIVE} AND status IN ('skipped', 'missed') AND due_date BETWEEN %(from)s AND %(to)s
    AND due_at >= %(from)s::date - interval '2 days' AND due_at <= %(to)s::date + interval '3 days' {{series}}
) AS marked
GROUP BY day ORDER BY day"""
# The instants around a wall date are wider than any zone's day: they let the index on due_at narrow the search.


@dataclass(frozen=True, slots=True)
class Day:
    """What was done, done late, skipped and missed on one day; days without any of it are left out."""

    date: dt.date
    done: int
    late: int
    skipped: int
    missed: int


async def page(
    pool: Pool, user_id: UUID, series_id: UUID, cursor: str | None, limit: int
) -> tuple[list[Task], str | None]:
    """Return closed occurrences, newest first, and the cursor of the next page. Raises CursorInvalid."""
    given: dict[str, Any] = {"user_id": user_id, "series_id": series_id, "limit": limit + 1}
    after = ""
    if cursor is not None:
        given["number"], given["id"] = _read_cursor(cursor)
        after = "AND (occurrence_number, id) < (%(number)s, %(id)s)"
    found = [task_of(r) for r in await rows(pool, f"{_PAGE} {after} {_ORDER} LIMIT %(limit)s", given)]
    return found[:limit], _cursor(found[limit - 1]) if len(found) > limit else None


async def past_of(pool: Pool, user_id: UUID, series_id: UUID) -> list[Past]:
    """Return the closed occurrences that a streak is counted from, oldest first."""
    found = await rows(pool, _STREAK, {"user_id": user_id, "series_id": series_id})
    return [Past(*columns) for columns in reversed(found)]


async def newest(pool: Pool, user_id: UUID, series_id: UUID) -> Task | None:
    """Return the newest occurrence of a series, open or closed."""
    found = await row(pool, _NEWEST, {"user_id": user_id, "series_id": series_id})
    return None if found is None else task_of(found)


async def days(
    pool: Pool, user_id: UUID, begins: Sequence[dt.datetime], first: dt.date, series_id: UUID | None
) -> list[Day]:
    """Return what happened on each day from `first` on; `begins` are the instants at which the days begin and end.

    What was done counts on the day of doing it, what was skipped or missed on the day for which it was due.
    """
    last = first + dt.timedelta(days=len(begins) - 2)
    given = {"user_id": user_id, "begins": list(begins[:-1]), "first": begins[0], "past": begins[-1], "from": first,
             "to": last, "series_id": series_id}  # fmt: skip
    statement = _DAYS.format(series="" if series_id is None else "AND series_id = %(series_id)s")
    return [Day(first + dt.timedelta(days=day), *counts) for day, *counts in await rows(pool, statement, given)]


def _cursor(task: Task) -> str:
    return base64.urlsafe_b64encode(orjson.dumps([task.occurrence_number, str(task.id)])).rstrip(b"=").decode()


def _read_cursor(cursor: str) -> tuple[int, UUID]:
    try:
        number, task_id = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(number, int) or not 0 <= number < 2**31:
            raise CursorInvalid
        return number, UUID(task_id)
    except (ValueError, TypeError, binascii.Error, AttributeError) as error:
        raise CursorInvalid from error
