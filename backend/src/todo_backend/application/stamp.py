"""Final versions, change numbers and instants of a change, once the counter has been raised."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from todo_backend.accounts.domain import Account
from todo_backend.application.change import Change, Write
from todo_backend.lists.domain import TaskList
from todo_backend.series.domain import Series
from todo_backend.tasks.domain import Task


def stamped(change: Change, counter: int | None, occurred_at: dt.datetime) -> Change:
    """Return the change with each aggregate's version (+1 per event), change number, created_at and updated_at."""
    return replace(
        change,
        tasks=tuple(_task(w, counter or 0, occurred_at) for w in change.tasks),
        series=tuple(_series(w, counter or 0, occurred_at) for w in change.series),
        lists=tuple(_list(w, counter or 0, occurred_at) for w in change.lists),
        accounts=tuple(_account(w, occurred_at) for w in change.accounts),
    )


def _task(write: Write[Task], counter: int, at: dt.datetime) -> Write[Task]:
    before = write.before
    after = replace(
        write.after,
        version=before.version + (write.event is not None) if before else 1,
        change=counter,
        created_at=before.created_at if before else at,
        updated_at=at if write.event else write.after.updated_at,
    )
    return replace(write, after=after)


def _series(write: Write[Series], counter: int, at: dt.datetime) -> Write[Series]:
    before = write.before
    after = replace(
        write.after,
        version=before.version + (write.event is not None) if before else 1,
        change=counter,
        created_at=before.created_at if before else at,
        updated_at=at if write.event else write.after.updated_at,
    )
    return replace(write, after=after)


def _list(write: Write[TaskList], counter: int, at: dt.datetime) -> Write[TaskList]:
    before = write.before
    after = replace(
        write.after,
        version=before.version + 1 if before else 1,
        change=counter,
        created_at=before.created_at if before else at,
        updated_at=at,
    )
    return replace(write, after=after)


def _account(write: Write[Account], at: dt.datetime) -> Write[Account]:
    before = write.before
    after = replace(
        write.after,
        version=before.version + 1 if before else 1,
        created_at=before.created_at if before else at,
        updated_at=at,
    )
    return replace(write, after=after)
