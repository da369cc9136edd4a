"""The first half of execute(): claim, lock and load, sent to the database as one pipeline."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

import psycopg

from todo_backend.application import statements
from todo_backend.application.change import Act, Answer, Idempotency, Loaded, Targets
from todo_backend.application.rows import account_of, list_of, series_of, session_of, task_of
from todo_backend.errors import IdempotencyKeyReused

Connection = psycopg.AsyncConnection[Any]


async def claim_and_load(
    connection: Connection, user_id: UUID, targets: Targets, idempotency: Idempotency | None
) -> tuple[Loaded, dt.datetime, Answer | None]:
    """Begin the transaction; return what was loaded, the database's clock, and the kept answer of a known key.

    Raises IdempotencyKeyReused when the key stands for another request.
    """
    asked: dict[str, Any] = {
        "user_id": user_id,
        "tasks": list(targets.tasks),
        "series": list(targets.series),
        "lists": list(targets.lists),
        "successors": targets.successors,
        "open_occurrences": targets.open_occurrences,
        "unfinished": targets.unfinished,
        "newest": targets.newest,
        "act": targets.act,
        "session": targets.session,
        "uids": list(targets.uids),
        "own_uids": [uid for uid in map(_as_own, targets.uids) if uid is not None],
    }
    if idempotency is not None:
        kept = await _claim(connection, user_id, idempotency)
        if kept is not None:
            return Loaded(), dt.datetime.now(dt.UTC), kept
    cursors: dict[str, psycopg.AsyncCursor[Any]] = {}
    async with connection.pipeline():
        if idempotency is None:
            await connection.execute("BEGIN")
        for name, statement in _plan(targets):
            cursors[name] = await connection.execute(statements.own(statement), asked)
    account_row = await cursors["account"].fetchone()
    assert account_row is not None  # noqa: S101 - the statement always returns its clock
    tasks = {t.id: t for t in map(task_of, await _rows(cursors, "tasks"))}
    series = {s.id: s for s in map(series_of, await _rows(cursors, "series"))}
    if any(t.series_id is not None and t.series_id not in series for t in tasks.values()):
        # It joined a series between the two locks: once more, from the start.
        raise psycopg.errors.SerializationFailure("a task has moved to another series")
    return (
        Loaded(
            account=None if account_row[1] is None else account_of(account_row[1:]),
            tasks=tasks,
            series=series,
            lists={one.id: one for one in map(list_of, await _rows(cursors, "lists"))},
            act=next((Act(*row) for row in await _rows(cursors, "act")), None),
            session=next((session_of(row) for row in await _rows(cursors, "session")), None),
        ),
        account_row[0],
        None,
    )


def _plan(targets: Targets) -> list[tuple[str, str]]:
    plan: list[tuple[str, str]] = []
    if targets.account:
        plan.append(("account_lock", statements.LOCK_ACCOUNT))
    if targets.uids:
        plan += [("series", statements.LOCK_SERIES_OF_UIDS), ("tasks", statements.LOCK_TASKS_OF_UIDS)]
    elif targets.tasks or targets.series:
        plan.append(("series", statements.LOCK_SERIES))
    if targets.all_lists:
        plan.append(("lists", statements.LOCK_ALL_LISTS))
    elif targets.lists:
        plan.append(("lists", statements.LOCK_LISTS))
    if targets.successors or targets.open_occurrences:
        plan.append(("tasks", statements.LOCK_OCCURRENCES))
    elif targets.tasks and not targets.uids:
        plan.append(("tasks", statements.LOCK_TASKS))
    if targets.act is not None:
        plan.append(("act", statements.LOCK_ACT))
    if targets.session is not None:
        plan.append(("session", statements.LOCK_SESSION))
    # Last, so that its clock is read while the locks are held.
    plan.append(("account", statements.LOAD_ACCOUNT))
    return plan


def _as_own(uid: str) -> UUID | None:
    """Return the id of a task or series that a calendar of our own names so, None where it is no such name."""
    try:
        return UUID(uid)
    except ValueError:
        return None


async def _claim(connection: Connection, user_id: UUID, idempotency: Idempotency) -> Answer | None:
    asked = {"user_id": user_id, "key": idempotency.key, "fingerprint": idempotency.fingerprint}
    async with connection.pipeline():
        await connection.execute("BEGIN")
        claiming = await connection.execute(statements.CLAIM_KEY, asked)
    if await claiming.fetchone() is not None:
        return None
    row = await (await connection.execute(statements.READ_KEY, asked)).fetchone()
    if row is None:
        raise psycopg.errors.SerializationFailure("the idempotency key has just expired")
    if bytes(row[0]) != idempotency.fingerprint or row[1] is None:
        raise IdempotencyKeyReused
    return Answer(row[1], bytes(row[3] or b""), row[2] or {})


async def _rows(cursors: dict[str, psycopg.AsyncCursor[Any]], name: str) -> list[Any]:
    return await cursors[name].fetchall() if name in cursors else []
