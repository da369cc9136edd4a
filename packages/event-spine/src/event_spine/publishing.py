"""One round of the relay: what was read goes out in bulks, and the backlog is told what became of each event.

Three sizes of trouble. One entry refused: its key is held. One topic that takes nothing while another does: its keys
are held and the topic is left alone for a while, so that it does not slow the others. No topic takes anything: the
broker is away, everything waits.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import psycopg

from event_spine import metrics
from event_spine.backlog import Backlog
from event_spine.errors import BrokerUnavailable, LeaseLost
from event_spine.lease import Lease
from event_spine.outgoing import Outgoing, Publisher, Refusal, cut_bulks
from event_spine.tracing import SENT_LINKS, send_span, traceparent_of

logger = logging.getLogger(__name__)

PAUSE_FIRST_SECONDS = 0.5
PAUSE_LONGEST_SECONDS = 10.0
Acknowledged = Callable[[Sequence[Outgoing]], Awaitable[None]]


@dataclass(slots=True)
class _Round:
    """What became of the bulks of one round so far."""

    refused_keys: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    taking: set[str] = field(default_factory=set[str])
    failed: dict[str, tuple[list[Outgoing], BrokerUnavailable]] = field(
        default_factory=dict[str, tuple[list[Outgoing], BrokerUnavailable]]
    )

    def open(self, bulk: Sequence[Outgoing]) -> list[Outgoing]:
        """Return what of a bulk may go out: not behind a refused event of its key, not to a topic that failed."""
        return [e for e in bulk if e.topic not in self.failed and (e.topic, e.stream_key) not in self.refused_keys]


class Publishing:
    """Publishes under a lease. `on_acknowledged` is told of each bulk after it left the queue; it may fail."""

    def __init__(
        self, publisher: Publisher, backlog: Backlog, lease: Lease, on_acknowledged: Acknowledged | None = None
    ) -> None:
        self._publisher = publisher
        self._backlog = backlog
        self._lease = lease
        self._on_acknowledged = on_acknowledged
        self._pauses: dict[str, tuple[float, float]] = {}
        self._paused: set[str] = set()

    def paused(self) -> list[str]:
        """Return the topics that are left alone for now; what waits of one that is not any more is looked for."""
        now = time.monotonic()
        paused = {topic for topic, (until, _) in self._pauses.items() if until > now}
        if self._paused - paused:
            self._backlog.look_everywhere()
        self._paused = paused
        return sorted(paused)

    async def publish(self, connection: psycopg.AsyncConnection, events: Sequence[Outgoing]) -> None:
        """Publish events, given in `seq` order, and acknowledge or hold them.

        Raises BrokerUnavailable when no topic took anything, LeaseLost when another relay leads.
        """
        told = _Round()
        for bulk in cut_bulks(events):
            entries = told.open(bulk)
            if entries:
                await self._bulk(connection, entries, told)
        for topic in told.taking:
            self._pauses.pop(topic, None)
        for topic, (entries, error) in told.failed.items():
            metrics.RELAY_FAILURES.inc()
            if not told.taking:
                raise error
            self._pause(topic)
            logger.warning("a topic takes nothing, its events wait: %s", error, extra={"topic": topic})
            await self._hold(connection, entries, [Refusal(e.event_id, str(error), False) for e in entries])

    async def _bulk(self, connection: psycopg.AsyncConnection, entries: list[Outgoing], told: _Round) -> None:
        topic = entries[0].topic
        try:
            refusals = await self._offer(topic, entries)
        except BrokerUnavailable as error:
            told.failed[topic] = (entries, error)
            return
        refused = {r.event_id for r in refusals}
        done = [e for e in entries if e.event_id not in refused]
        if refusals:
            told.refused_keys.update((e.topic, e.stream_key) for e in entries if e.event_id in refused)
            await self._hold(connection, entries, refusals)
        if done:
            told.taking.add(topic)
            await self._backlog.acknowledge(connection, self._lease, done)
            metrics.RELAY_PUBLISHED.inc(len(done))
            await self._tell(done)

    async def _offer(self, topic: str, entries: list[Outgoing]) -> list[Refusal]:
        """Publish a bulk and return what was refused.

        That an operator is needed is believed of an entry that went alone only: for one record that is too large the
        broker refuses all that share its partition in the bulk.
        """
        refusals = await self._ask(topic, entries)
        doubtful = {r.event_id for r in refusals if r.operator_only}
        if len(entries) == 1 or not doubtful:
            return refusals
        kept = [r for r in refusals if not r.operator_only]
        for entry in entries:
            if entry.event_id in doubtful:
                kept += await self._ask(topic, [entry])
        return kept

    async def _ask(self, topic: str, entries: list[Outgoing]) -> list[Refusal]:
        if not self._lease.is_valid():
            raise LeaseLost
        made_in = [traceparent_of(entry.record) for entry in entries[:SENT_LINKS]]
        with send_span(topic, made_in, len(entries)), metrics.RELAY_PUBLISH_SECONDS.time():
            return list(await self._publisher.publish(topic, entries))

    async def _hold(
        self, connection: psycopg.AsyncConnection, entries: Sequence[Outgoing], refusals: Sequence[Refusal]
    ) -> None:
        metrics.RELAY_REFUSED.inc(len(refusals))
        logger.warning("entries refused", extra={"reasons": sorted({r.reason for r in refusals})[:5]})
        await self._backlog.hold(connection, self._lease, entries, refusals)
        self._backlog.look_everywhere()

    def _pause(self, topic: str) -> None:
        _, last = self._pauses.get(topic, (0.0, PAUSE_FIRST_SECONDS / 2))
        seconds = min(PAUSE_LONGEST_SECONDS, last * 2)
        self._pauses[topic] = (time.monotonic() + seconds, seconds)

    async def _tell(self, events: Sequence[Outgoing]) -> None:
        if self._on_acknowledged is None:
            return
        try:
            await self._on_acknowledged(events)
        except Exception:  # hints may be lost; the ledger must flow on
            logger.exception("hint after an acknowledged bulk failed")
