"""The one place where the doors' changes are committed.

One transaction, one order, everywhere: claim the idempotency key → lock series, lists, tasks by id → load → use case →
raise the user's counter (which gives `occurred_at`) → one UPDATE, then one INSERT per table at most → act, answer,
ledger and pending in one statement → commit. After the commit, outside of any transaction, the relay and the live
connections are told. No network call is made inside.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import psycopg
from event_contracts.identifiers import NewId, uuid7
from event_spine.partitions import is_missing_partition, make_partitions
from psycopg import errors
from psycopg_pool import PoolTimeout
from service_kit.database import Pool

from todo_backend.application import statements
from todo_backend.application.change import Answer, Change, Command, Context, Loaded, Outcome, Write
from todo_backend.application.conclude import conclude
from todo_backend.application.creations import AfterCommit, Creations
from todo_backend.application.loading import Connection, claim_and_load
from todo_backend.application.rows import account_row, list_row, rows_json, series_row, session_row, task_row
from todo_backend.application.table import SCHEMA
from todo_backend.application.tail import Done, tail
from todo_backend.errors import AccountGone, EmailTaken, OccurrenceConflict, StoreFull, StoreUnavailable, TodoError

logger = logging.getLogger(__name__)

ATTEMPTS = 4
_TRANSIENT = (errors.SerializationFailure, errors.DeadlockDetected)
_CONFLICTS: dict[str, type[TodoError]] = {
    "accounts_email": EmailTaken,
    "tasks_one_open_occurrence": OccurrenceConflict,
    "tasks_one_successor": OccurrenceConflict,
}


class Executor:
    """Executes commands on the pool of one process."""

    def __init__(self, pool: Pool, after_commit: AfterCommit, new_id: NewId = uuid7) -> None:
        self._pool = pool
        self._after_commit = after_commit
        self._new_id: Callable[[], UUID] = new_id
        self._creations = Creations(pool, after_commit, new_id, self._alone)

    async def execute(self, command: Command) -> Answer:
        """Do one act, wholly or not at all, and return its answer (the kept one, when the key is known).

        Raises what the use case raises, IdempotencyKeyReused, AccountGone, StoreUnavailable; nothing is changed then,
        except where the change itself carries a refusal.
        """
        return await (self._creations.execute(command) if command.may_share else self._alone(command))

    async def _alone(self, command: Command) -> Answer:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                answer, outcome = await self._once(command)
            except _TRANSIENT as error:
                if attempt == ATTEMPTS:
                    raise StoreUnavailable from error
                await asyncio.sleep(0.005 * 2**attempt)
            except errors.CheckViolation as error:
                if attempt == ATTEMPTS or not is_missing_partition(error):
                    raise
                await self._make_partitions()
            except errors.UniqueViolation as error:
                raise _CONFLICTS.get(error.diag.constraint_name or "", StoreUnavailable) from error
            except errors.DiskFull as error:
                logger.error("the disk of the database is full: %s", error)
                raise StoreFull from error
            except (errors.OperationalError, PoolTimeout) as error:
                logger.warning("database unavailable: %s", type(error).__name__)
                raise StoreUnavailable from error
            else:
                if outcome is not None:
                    self._after_commit(command.origin.user_id, outcome.counter)
                    if outcome.change.refusal is not None:
                        raise outcome.change.refusal
                return answer
        raise StoreUnavailable

    async def _once(self, command: Command) -> tuple[Answer, Outcome | None]:
        async with self._pool.connection() as connection:
            try:
                loaded, now, kept = await claim_and_load(
                    connection, command.origin.user_id, command.targets, command.idempotency
                )
                if kept is not None:
                    await connection.execute("ROLLBACK")
                    return kept, None
                if loaded.account is None and not command.creates_account and command.targets.session is None:
                    raise AccountGone
                context = Context(command.origin, now, self._new_id)
                change = command.decide(loaded, context)
                if change.is_empty:
                    outcome = Outcome(change, loaded, context, None, now, None)
                    answer = command.respond(outcome)
                    await self._send(connection, change, tail([Done(command, outcome, (), answer)]))
                else:
                    outcome, answer = await self._write(connection, command, loaded, context, change)
            except BaseException:
                if not connection.closed and connection.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
                    await connection.execute("ROLLBACK")
                raise
            return answer, outcome

    async def _write(
        self,
        connection: Connection,
        command: Command,
        loaded: Loaded,
        context: Context,
        change: Change,
    ) -> tuple[Outcome, Answer]:
        counter, occurred_at = await self._raise_counter(connection, command, change, context.now)
        done = conclude(command, change, loaded, context, counter, occurred_at)
        await self._send(connection, done.outcome.change, tail([done]))
        return done.outcome, done.answer

    async def _raise_counter(
        self, connection: Connection, command: Command, change: Change, now: dt.datetime
    ) -> tuple[int | None, dt.datetime]:
        if command.creates_account:
            return 1, now
        if not (change.tasks or change.series or change.lists or change.accounts):
            return None, now
        cursor = await connection.execute(statements.RAISE_COUNTER, {"user_id": command.origin.user_id})
        row = await cursor.fetchone()
        if row is None:
            raise AccountGone
        return row[0], row[1]

    async def _send(self, connection: Connection, change: Change, tail: tuple[str, dict[str, Any]] | None) -> None:
        """Send updates and the last statement together, with the commit when no count has to be looked at first."""
        updates = _updates(change)
        async with connection.pipeline():
            cursors = [await connection.execute(statements.own(text), {"rows": rows_json(r)}) for text, r in updates]
            if tail is not None:
                await connection.execute(statements.own(tail[0]), tail[1])
            if not updates:
                await connection.execute("COMMIT")
        if updates:
            if any(cursor.rowcount != len(rows) for cursor, (_, rows) in zip(cursors, updates, strict=True)):
                # Everything was locked before it was read, so somebody has written past execute().
                raise errors.SerializationFailure("a locked row has changed its version")
            await connection.execute("COMMIT")

    async def _make_partitions(self) -> None:
        logger.warning("a ledger partition is missing; making it")
        async with self._pool.connection() as connection:
            await make_partitions(connection, SCHEMA)


def _updates(change: Change) -> list[tuple[str, list[dict[str, Any]]]]:
    # Unique indexes look at each row as it is written: what closes goes before what opens.
    closing = [w for w in change.tasks if not w.after.is_open]
    opening = [w for w in change.tasks if w.after.is_open]
    updates = (
        (statements.UPDATE_SERIES, _changed(change.series, series_row)),
        (statements.UPDATE_LISTS, _changed(change.lists, list_row)),
        (statements.UPDATE_TASKS, _changed(closing, task_row)),
        (statements.UPDATE_TASKS, _changed(opening, task_row)),
        (statements.UPDATE_ACCOUNTS, _changed(change.accounts, account_row)),
        (statements.UPDATE_SESSIONS, [session_row(w.after) for w in change.sessions if w.before]),
    )
    return [(statement, rows) for statement, rows in updates if rows]


def _changed(writes: Sequence[Write[Any]], row_of: Callable[[Any], dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows of the writes that change something that was there, each with the version it must still have."""
    return [{**row_of(w.after), "expected_version": w.before.version} for w in writes if w.before is not None]
