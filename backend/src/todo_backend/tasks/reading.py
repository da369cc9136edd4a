"""Reading tasks together with how they repeat."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from service_kit.database import Pool

from todo_backend.application.change import Targets
from todo_backend.application.columns import TASKS
from todo_backend.application.reading import row, rows
from todo_backend.application.rows import reminder_of, series_of, task_of
from todo_backend.application.table import SCHEMA
from todo_backend.series.domain import Series
from todo_backend.tasks.confirming import Standing
from todo_backend.tasks.domain import Task
from todo_backend.tasks.listing import SELECT, Listing

Found = tuple[Task, Series | None]
Asked = tuple[UUID, UUID, int]

_ONE = f"{SELECT} WHERE tasks.user_id = %s AND tasks.id = %s AND tasks.withdrawn_at IS NULL"
_AFTER = f"{SELECT} WHERE tasks.user_id = %s AND tasks.change > %s ORDER BY tasks.change LIMIT %s"
_STANDINGS = f"""
SELECT tasks.user_id, tasks.id, named.version, tasks.status, tasks.title, tasks.version, tasks.due_at, tasks.start_date,
  tasks.deleted_at IS NOT NULL, tasks.withdrawn_at IS NOT NULL, coalesce(series.status = 'paused', false),
  CASE WHEN tasks.version <> named.version THEN tasks.reminders END
FROM unnest(%s::uuid[], %s::uuid[], %s::bigint[]) AS named(user_id, id, version)
  JOIN {SCHEMA}.tasks ON tasks.user_id = named.user_id AND tasks.id = named.id
  LEFT JOIN {SCHEMA}.series ON series.user_id = tasks.user_id AND series.id = tasks.series_id"""
_ACT = f"SELECT writes FROM {SCHEMA}.acts WHERE user_id = %s AND id = %s AND expires_at > clock_timestamp()"
_WIDTH = len(TASKS.columns)


async def one(pool: Pool, user_id: UUID, task_id: UUID) -> Found | None:
    """Return a task, a deleted one too; None when there is none or it was withdrawn."""
    found = await row(pool, _ONE, (user_id, task_id))
    return None if found is None else found_of(found)


async def standings(pool: Pool, asked: Iterable[Asked]) -> dict[Asked, Standing]:
    """Return tasks of any users by (user, task, version asked of), deleted ones too, all as of one moment.

    One statement of few columns: it runs for each reminder that comes due.
    """
    distinct = sorted(set(asked))
    found = await rows(pool, _STANDINGS, tuple([one[place] for one in distinct] for place in range(3)))
    return {
        (user, task, version): Standing(*state, reminders=tuple(reminder_of(r) for r in reminders or ()))
        for user, task, version, *state, reminders in found
    }


async def page(pool: Pool, listing: Listing) -> tuple[list[Found], str | None]:
    """Return one page and the cursor of the next one, if there is more."""
    statement, given = listing.statement()
    found = [found_of(r) for r in await rows(pool, statement, given)]
    if len(found) <= listing.limit:
        return found, None
    found = found[: listing.limit]
    return found, listing.next_cursor((_sort_value(found[-1][0], listing.order), found[-1][0].id))


async def changed_after(pool: Pool, user_id: UUID, change: int, limit: int) -> list[Found]:
    """Return the tasks that changed after a change number, deleted and withdrawn ones too, in order of change."""
    return [found_of(r) for r in await rows(pool, _AFTER, (user_id, change, limit))]


async def undo_targets(pool: Pool, user_id: UUID, handle: UUID) -> Targets:
    """Return what to lock to take an act back: nothing but the act when the handle is unknown or past."""
    found = await row(pool, _ACT, (user_id, handle))
    writes: list[dict[str, Any]] = found[0] if found else []
    ids = {kind: tuple(UUID(w["id"]) for w in writes if w["kind"] == kind) for kind in ("task", "series", "list")}
    changes_lists = bool(ids["list"])
    return Targets(
        tasks=ids["task"],
        series=ids["series"],
        lists=ids["list"],
        all_lists=changes_lists,
        account=changes_lists,
        successors=True,
        open_occurrences=True,
        unfinished=True,
        act=handle,
    )


def found_of(columns: Sequence[Any]) -> Found:
    """Return the task and series of a row of `SELECT`."""
    series = columns[_WIDTH:]
    return task_of(columns), None if series[1] is None else series_of(series)


def _sort_value(task: Task, order: str) -> Any:
    match order.lstrip("-"):
        case "created":
            return str(task.id)
        case "due":
            return task.due_at
        case "updated":
            return task.updated_at
        case "change":
            return task.change
        case _:
            return task.position
