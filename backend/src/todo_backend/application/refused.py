"""Refusals as events. There is no change to commit them with: they are counted, and ledgered by a loop of their own."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import time
from collections.abc import Callable, Sequence
from uuid import UUID

import psycopg
from event_contracts import CATALOG
from event_contracts.events import CloudEvent
from event_contracts.identifiers import uuid7
from event_spine.ledger import LedgerEntry, append_statement, ledger_parameters
from event_spine.loop import Loop
from event_spine.partitions import is_missing_partition, make_partitions
from psycopg_pool import PoolTimeout
from service_kit.database import Pool

from todo_backend.accounts.refusals import WINDOW_SECONDS, Counted, Refusal, Tally
from todo_backend.application.events import SOURCE
from todo_backend.application.shapes import encode, instant
from todo_backend.application.statements import own
from todo_backend.application.table import SCHEMA

logger = logging.getLogger(__name__)

TYPE = "todo.security.refused.v1"
UNKNOWN_CALLER = "unknown"
"""Stream key of what belongs to no account and no address."""
_APPEND = append_statement(SCHEMA)


class RefusalRecorder:
    """Takes note of refusals at once and tells of them within a second; a killed process forgets what it had not told.

    `loop` is to be run; `flush()` tells of what is left.
    """

    def __init__(
        self,
        pool: Pool,
        wake_relay: Callable[[], None],
        new_id: Callable[[], UUID] = uuid7,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._pool, self._wake_relay, self._new_id, self._clock = pool, wake_relay, new_id, clock
        self._tally = Tally()
        self._telling = asyncio.Lock()
        self.loop = Loop("refusals", self.step, longest=WINDOW_SECONDS)

    def note(self, refusal: Refusal) -> None:
        """Take note; returns at once and never fails."""
        self._tally.note(refusal, self._clock())
        if self._tally.due_in(self._clock()) == 0.0:
            self.loop.wake()

    async def step(self) -> float | None:
        """Tell of what is due and return the seconds until there is more."""
        await self._tell()
        return self._tally.due_in(self._clock())

    async def flush(self, seconds: float) -> None:
        """Tell of everything that was noted, if that can be done in time: the process ends."""
        try:
            async with asyncio.timeout(seconds):
                await self._tell(everything=True)
        except (psycopg.Error, PoolTimeout, TimeoutError) as error:
            logger.warning("refusals are not told of: %s", type(error).__name__)

    async def _tell(self, *, everything: bool = False) -> None:
        async with self._telling:  # whoever flushes waits for what the loop is just writing
            counted = self._tally.take(self._clock(), everything)
            if not counted:
                return
            try:
                await self._append(counted)
            except (psycopg.Error, PoolTimeout):
                self._tally.put_back(counted, self._clock())
                raise
            self._wake_relay()

    async def _append(self, counted: Sequence[Counted]) -> None:
        async with self._pool.connection() as connection:
            row = await (await connection.execute("SELECT clock_timestamp()")).fetchone()
            assert row is not None  # noqa: S101 - a clock always answers
            parameters = ledger_parameters([_entry(one, self._new_id(), row[0]) for one in counted])
            try:
                await connection.execute(own(_APPEND), parameters)
            except psycopg.errors.CheckViolation as error:
                if not is_missing_partition(error):
                    raise
                await make_partitions(connection, SCHEMA)
                await connection.execute(own(_APPEND), parameters)


def _entry(counted: Counted, event_id: UUID, at: dt.datetime) -> LedgerEntry:
    """Return the event of a group. It is an aggregate of its own: nothing comes after a refusal."""
    refusal, event_type = counted.refusal, CATALOG[TYPE]
    user_id = None if refusal.user_id is None else str(refusal.user_id)
    data = {
        "event_type": event_type.short_name,
        "user_id": user_id,
        "occurred_at": instant(at),
        # Who acted is who refused: the caller is not known, or only claims to be somebody.
        "actor": {"kind": "service", "id": SOURCE, "door": "rest"},
        "version": 1,
        "reason": refusal.outcome,
        "outcome": refusal.outcome,
        "subject_digest": refusal.subject_digest,
        "source": refusal.source,
        "count": counted.count,
    }
    envelope = {
        "specversion": CloudEvent.model_fields["specversion"].default,
        "id": str(event_id),
        "source": SOURCE,
        "type": TYPE,
        "subject": str(event_id),
        "time": instant(at),
        "datacontenttype": "application/json",
        "data": data,
    }
    return LedgerEntry(
        event_id=event_id,
        topic=event_type.topic.name,
        stream_key=user_id or refusal.subject_digest or UNKNOWN_CALLER,
        type=TYPE,
        aggregate_id=event_id,
        version=1,
        user_id=refusal.user_id,
        change=None,
        record=encode(envelope),
    )
