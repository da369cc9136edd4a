"""Consumers: a batch of records in, one transaction, and one of two outcomes.

Done: effects, heads and dead letters of the batch are committed. `Transient` is raised: nothing was committed and the
same batch must come again. Poison never blocks its neighbours: it becomes a row in `dead_letters`.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from typing import Any
from uuid import UUID

import psycopg
from event_contracts import CATALOG, PROBED, short_name
from psycopg_pool import AsyncConnectionPool

from event_spine import dead_letters, metrics
from event_spine.errors import Transient
from event_spine.parsing import parse_batch
from event_spine.partitions import is_missing_partition, make_partitions
from event_spine.records import Delivered, Record, Refused
from event_spine.tracing import process_span, span_context_of

logger = logging.getLogger(__name__)

TRIES_PER_DELIVERY = 5
RETRY_SECONDS = 0.2
PIECE = 50
"""Events of a long batch that the database writes while the next are read."""
TRANSIENT = (psycopg.OperationalError, psycopg.InterfaceError, OSError, asyncio.TimeoutError)
LIMITS = (
    psycopg.errors.ProgramLimitExceeded,
    psycopg.errors.StatementTooComplex,
    psycopg.errors.TooManyColumns,
    psycopg.errors.TooManyArguments,
)
"""SQLSTATE class 54, which psycopg counts among operational errors: an index row too long stays too long."""


Handler = Callable[[psycopg.AsyncConnection, Sequence[Delivered]], Awaitable[None]]
Committed = Callable[[Sequence[Delivered]], None]


@dataclass(slots=True)
class TopicProgress:
    """The newest that a consumer has seen of a topic since this process started (instants in UTC)."""

    last_event_id: UUID | None = None
    last_event_at: datetime | None = None
    last_probe_id: UUID | None = None
    last_probe_at: datetime | None = None


@dataclass(slots=True)
class Consumer:
    """Hands each event to the handler of its type; one handler gets all its events of a batch at once, in order.

    `handlers` is the table of contents {type: handler}; `default` takes types that are not in it (None: they are
    ignored); events of which `concerns` says no are passed over as well. Handlers run inside the one transaction that
    `handle()` commits and must be right when an event comes late, twice or out of order. `on_committed` is called
    after the commit (to wake loops). `single_statement` says that each handler is one statement, which is then its own
    transaction when nothing else is in the batch: two round trips to the database fewer. A long batch of it is written
    piece by piece, each while the next is read.
    """

    schema: str
    pool: AsyncConnectionPool[Any]
    handlers: Mapping[str, Handler]
    default: Handler | None = None
    on_committed: Committed | None = None
    concerns: Callable[[Delivered], bool] | None = None
    partitioned: bool = False
    single_statement: bool = False
    progress: dict[str, TopicProgress] = field(default_factory=dict[str, TopicProgress])

    async def handle(self, records: Sequence[Record]) -> list[Refused]:
        """Handle a batch whole and return those of its records that became dead letters.

        Raises Transient when it must be delivered again. `pool` hands out connections in autocommit.
        """
        _note_arrival(records)
        try:
            delivered, refused = await self._read_and_settle(records)
        except TRANSIENT as error:
            metrics.CONSUMED.labels(records[0].topic, "transient").inc(len(records))
            logger.warning("store away, batch comes again: %s", error)
            raise Transient(str(error)) from error
        self._note(delivered)
        for one in refused:
            metrics.DEAD_LETTERS.labels(one.record.topic, one.reason).inc()
        return refused

    async def apply(
        self, connection: psycopg.AsyncConnection, delivered: Sequence[Delivered], poison: Sequence[Refused]
    ) -> None:
        """Write the effects of events and the dead letters of poison in the caller's transaction."""
        for handler, events in self._grouped(delivered):
            await handler(connection, events)
        for one in poison:
            await dead_letters.record(
                connection, self.schema, one.record, one.reason, one.detail, one.attempts, one.event_id
            )

    async def _read_and_settle(self, records: Sequence[Record]) -> tuple[list[Delivered], list[Refused]]:
        if self.single_statement and len(records) > PIECE:
            done = await self._piece_by_piece(records)
            if done is not None:
                return done
        delivered, poison = parse_batch(records)
        if not poison and not any(map(self._handler_of, delivered)):
            return delivered, []
        with process_span(delivered):
            refused = await self._settle(delivered, poison)
            _tell(delivered)
            return delivered, refused

    async def _piece_by_piece(self, records: Sequence[Record]) -> tuple[list[Delivered], list[Refused]] | None:
        """Settle a long batch in one transaction, of which no answer is waited for; None: try it as one piece."""
        delivered, poison = parse_batch(records[:PIECE])
        try:
            with process_span(delivered, len(records)):
                async with self.pool.connection() as connection, connection.pipeline(), connection.transaction():
                    await self.apply(connection, delivered, poison)
                    for begin in range(PIECE, len(records), PIECE):
                        read, refused = parse_batch(records[begin : begin + PIECE])
                        await self.apply(connection, read, refused)
                        delivered += read
                        poison += refused
                _tell(delivered)
        except Exception as error:
            if is_transient(error) and not isinstance(error, psycopg.errors.PipelineAborted):
                raise
            return None
        return delivered, poison

    async def _settle(self, delivered: list[Delivered], poison: list[Refused]) -> list[Refused]:
        try:
            await self._in_one_transaction(delivered, poison)
        except Exception as error:
            if is_transient(error):
                raise
            if self.partitioned and is_missing_partition(error):
                await self._make_partitions()
            else:
                logger.exception("batch failed, its events are tried one by one")
            return [*poison, *await self._one_by_one(delivered, poison)]
        return poison

    async def _in_one_transaction(self, delivered: Sequence[Delivered], poison: Sequence[Refused]) -> None:
        grouped = self._grouped(delivered)
        if not grouped and not poison:
            return
        async with self.pool.connection() as connection:
            if self.single_statement and len(grouped) == 1 and not poison:
                handler, events = grouped[0]
                await handler(connection, events)
                return
            async with connection.transaction():
                await self.apply(connection, delivered, poison)

    async def _one_by_one(self, delivered: Sequence[Delivered], poison: Sequence[Refused]) -> list[Refused]:
        failed: list[Refused] = []
        await self._in_one_transaction([], poison)
        for event in delivered:
            error = await self._try_alone(event)
            if error is not None:
                reason = "out_of_range" if is_missing_partition(error) else "handler_failed"
                detail = f"{type(error).__name__}: {error}"
                logger.error("dead letter", extra={"event_id": str(event.event.id), "reason": reason, "detail": detail})
                one = Refused(event.record, reason, detail, TRIES_PER_DELIVERY, event.event.id)
                await self._in_one_transaction([], [one])
                failed.append(one)
        return failed

    async def _try_alone(self, event: Delivered) -> Exception | None:
        last: Exception | None = None
        for attempt in range(TRIES_PER_DELIVERY):
            try:
                await self._in_one_transaction([event], [])
            except Exception as error:
                if is_transient(error):
                    raise
                last = error
                if is_missing_partition(error):
                    return error
                await asyncio.sleep(RETRY_SECONDS * attempt)
            else:
                return None
        return last

    async def _make_partitions(self) -> None:
        async with self.pool.connection() as connection, connection.transaction():
            await make_partitions(connection, self.schema)

    def _grouped(self, delivered: Sequence[Delivered]) -> list[tuple[Handler, list[Delivered]]]:
        groups: dict[Handler, list[Delivered]] = {}
        for event in delivered:
            handler = self._handler_of(event)
            if handler is not None:
                groups.setdefault(handler, []).append(event)
        return list(groups.items())

    def _handler_of(self, event: Delivered) -> Handler | None:
        if self.concerns is not None and not self.concerns(event):
            return None
        return self.handlers.get(event.event.type, self.default)

    def _note(self, delivered: Sequence[Delivered]) -> None:
        now = time.time()
        present = datetime.fromtimestamp(now, UTC)
        for topic, events in groupby(delivered, lambda item: item.record.topic):
            progress = self.progress.setdefault(topic, TopicProgress())
            seconds, count = metrics.DELIVERY_SECONDS.labels(topic), 0
            written = present
            for item in events:
                # One that claims to come from the future must not hide for ever that nothing follows it.
                written = min(item.event.time, present)
                if progress.last_event_at is None or written >= progress.last_event_at:
                    progress.last_event_id, progress.last_event_at = item.event.id, written
                if item.event.type == PROBED and (progress.last_probe_at is None or written >= progress.last_probe_at):
                    progress.last_probe_id, progress.last_probe_at = item.event.id, written
                # One trace of a batch is enough to look into why it was late.
                traced = _trace_of(item) if count == 0 else None
                seconds.observe(max(0.0, (present - written).total_seconds()), traced)
                count += 1
            metrics.CONSUMED.labels(topic, "done").inc(count)
            metrics.LAST_EVENT.labels(topic).set(written.timestamp())
        for kind, number in Counter(item.event.type for item in delivered).items():
            # Senders choose what they call an event: only names of ours become labels.
            metrics.EVENTS.labels(short_name(kind) if kind in CATALOG or kind == PROBED else "other").inc(number)
        if delivered and self.on_committed is not None:
            self.on_committed(delivered)


def is_transient(error: Exception) -> bool:
    """Say whether an error passes by itself. A limit of PostgreSQL's that an event exceeds does not."""
    return isinstance(error, TRANSIENT) and not isinstance(error, LIMITS)


def _tell(delivered: Sequence[Delivered]) -> None:
    """Say inside of the delivery's span what was settled: the line that leads from a trace to a consumer's log."""
    if delivered and logger.isEnabledFor(logging.DEBUG):
        topics = sorted({item.record.topic for item in delivered})
        logger.debug("events handled", extra={"topics": topics, "events": len(delivered)})


def _trace_of(item: Delivered) -> dict[str, str] | None:
    """The exemplar that leads from a measurement to the act's trace."""
    context = span_context_of(item.event.traceparent)
    return None if context is None else {"trace_id": format(context.trace_id, "032x")}


def _note_arrival(records: Sequence[Record]) -> None:
    now = time.time()
    for topic, arrived in groupby(records, lambda record: record.topic):
        seconds = metrics.ARRIVAL_SECONDS.labels(topic)
        for record in arrived:
            if record.timestamp_ms is not None:
                seconds.observe(max(0.0, now - record.timestamp_ms / 1000))
