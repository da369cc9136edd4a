"""The sweep: what is due becomes an attempt, is confirmed, and sent. Run by the loop and by cron, on every replica.

Level-triggered: whatever dies in between, the attempt is still there when its lease ends. A mark counts only under
the claim, and the notification is written in the transaction of the mark, so it is written once.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

from dapr_edge.errors import CalleeUnavailable
from event_spine.consumer import TRANSIENT
from event_spine.loop import sweep
from event_spine.partitions import is_missing_partition
from opentelemetry import trace
from service_kit.database import Pool

from notification_service.domain.attempt import Attempt, Bury, Drop, Later, Send, Verdict
from notification_service.domain.because import because_of
from notification_service.domain.heads import TaskHead
from notification_service.domain.inputs import Inputs
from notification_service.domain.plan import Planned
from notification_service.domain.quiet import quiet_until
from notification_service.domain.snooze import snooze_id
from notification_service.projections.planning import replan
from notification_service.storage import attempts, due_queue, inputs
from notification_service.storage.due_queue import Waiting
from notification_service.sweeps.confirm import Caller, confirm
from notification_service.sweeps.metrics import IN_FLIGHT, TAKEN
from notification_service.sweeps.settle import Judged, settle
from notification_service.sweeps.summarize import BATCH as SUMMARIES
from notification_service.sweeps.summarize import summarize

logger = logging.getLogger(__name__)
_tracer = trace.get_tracer("notification-service")

BATCH = 500
MOST_IN_FLIGHT = 4
LEASE_SECONDS = 10.0
"""More than twice the edge's deadline of 2 s and the settling statement's: a batch in work keeps its claim."""
PAUSE_SECONDS = 0.01
"""After a whole batch, of which more may be due: those in flight have their turn first."""
GATHER_SECONDS, SHORTEST_GATHER_SECONDS, LONGEST_GATHER_SECONDS = 0.001, 0.05, 0.1
"""After a claim the next one waits so long for each reminder of it, within these bounds: a batch costs nearly what one
reminder does, so the more there is to do, the more is done at once. The first after a pause waits for nothing."""
FIRST_DELAY, LONGEST_DELAY = 0.5, 5.0
MOST_TRIES = 5
"""Of an attempt that cannot be settled alone; waiting for the backend or the store is not counted so."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How long a reminder waits for the backend's word, and how many late ones of a person come one by one."""

    patience_seconds: float = 120.0
    digest_above: int = 5


@dataclass(frozen=True, slots=True)
class Claimed:
    """Attempts of one claim, with heads and preferences as they were then."""

    attempts: list[Attempt]
    inputs: Inputs

    def planned(self, attempt: Attempt, task: TaskHead) -> Planned | None:
        """Return the reminder of an attempt as it is planned now, None when it is not, or not at this instant."""
        planned = self.inputs.planned_one(task, attempt.reminder_id)
        return planned if planned and planned.fire_at == attempt.fire_at else None

    def quiet_for(self, attempt: Attempt, task: TaskHead) -> float:
        """Return for how many seconds a reminder has to wait for the end of quiet hours; what was put off has not."""
        if attempt.reminder_id == snooze_id(attempt.task_id):
            return 0.0
        now = attempt.queued_at + dt.timedelta(seconds=attempt.waited)
        until = quiet_until(now, self.inputs.preferences.get(attempt.user_id), self.inputs.zone_of(task))
        return (until - now).total_seconds() if until else 0.0


class Deliverer:
    """Claims what is due and sends it, at most `MOST_IN_FLIGHT` batches at once.

    `on_settled` is told when a batch has ended, `on_sent` when it left events in the ledger.
    """

    def __init__(self, pool: Pool, caller: Caller, terms: Terms | None = None) -> None:
        self._pool = pool
        self._caller = caller
        self._terms = terms or Terms()
        self._in_flight: set[asyncio.Task[None]] = set()
        self._gathers_until = 0.0
        self.on_settled: Callable[[], None] = lambda: None
        self.on_sent: Callable[[], None] = lambda: None

    async def step(self) -> float | None:
        """Start sending what is due; return the seconds until there is more to do (None: nothing waits)."""
        if (left := self._gathers_until - time.monotonic()) > 0:
            return left
        waiting = await self._look()
        if waiting.seconds is None or waiting.seconds > 0:
            return waiting.seconds
        claimed = await self._start(waiting)
        if claimed < BATCH:
            gathers = min(max(GATHER_SECONDS * claimed, SHORTEST_GATHER_SECONDS), LONGEST_GATHER_SECONDS)
            self._gathers_until = time.monotonic() + gathers
        if len(self._in_flight) >= MOST_IN_FLIGHT:
            return None  # a batch that ends wakes the loop
        return max(PAUSE_SECONDS, self._gathers_until - time.monotonic())

    async def drain(self) -> None:
        """Send all that is due now and wait for it: what a tick does, also with the loop off."""
        while await self._start(await self._look()) or self._in_flight:
            await self.finish()

    async def finish(self) -> None:
        """Wait for the batches in flight."""
        while self._in_flight:
            await asyncio.wait(self._in_flight)

    async def _look(self) -> Waiting:
        async with self._pool.connection() as connection:
            return await due_queue.look(connection)

    async def _start(self, waiting: Waiting) -> int:
        while waiting.stale and await sweep(self._pool, lambda connection: replan(connection, BATCH)) == BATCH:
            pass
        if _is_due(waiting.appointments):
            await self._summarize()
        claimed = await self._claim(waiting)
        if claimed.attempts:
            task = asyncio.create_task(self._deliver(claimed))
            self._in_flight.add(task)
            task.add_done_callback(self._settled)
        IN_FLIGHT.set(len(self._in_flight))
        return len(claimed.attempts)

    async def _claim(self, waiting: Waiting) -> Claimed:
        """Take what is due and claim a batch. All is taken before any is claimed, so a backlog is seen as one."""
        may_send = len(self._in_flight) < MOST_IN_FLIGHT
        alone = may_send and not _is_due(waiting.attempts)
        taken, claimed = await sweep(self._pool, lambda connection: _take(connection, uuid4() if alone else None))
        TAKEN.inc(taken)
        while taken == BATCH:
            taken, _ = await sweep(self._pool, lambda connection: _take(connection, None))
            TAKEN.inc(taken)
        return claimed if claimed.attempts or not may_send else await sweep(self._pool, _claim)

    async def _summarize(self) -> None:
        kept = SUMMARIES
        while kept >= SUMMARIES:
            kept, events = await summarize(self._pool)
            if events:
                self.on_sent()

    def _settled(self, task: asyncio.Task[None]) -> None:
        self._in_flight.discard(task)
        IN_FLIGHT.set(len(self._in_flight))
        self.on_settled()

    async def _deliver(self, claimed: Claimed) -> None:
        try:
            with _tracer.start_as_current_span("remind", kind=trace.SpanKind.INTERNAL):
                judged = await self._judge(claimed)
                await self._settle(judged)
        except Exception:
            # Nothing is marked: the lease runs out and the attempts are taken back.
            logger.exception("reminders not settled", extra={"attempts": len(claimed.attempts)})

    async def _judge(self, claimed: Claimed) -> list[Judged]:
        judged: list[Judged] = []
        asked: list[tuple[Attempt, TaskHead, Planned]] = []
        for attempt in claimed.attempts:
            task = claimed.inputs.tasks.get(attempt.task)
            planned = claimed.planned(attempt, task) if task else None
            if task is None or planned is None:
                judged.append((attempt, task, Drop("the task says otherwise now")))
            elif seconds := claimed.quiet_for(attempt, task):
                judged.append((attempt, task, Later(seconds, "quiet hours", counted=False, held=True)))
            else:
                asked.append((attempt, task, planned))
        if asked:
            verdicts = await self._ask(asked)
            for (attempt, task, planned), verdict in zip(asked, verdicts, strict=True):
                judged.append((attempt, task, _completed(verdict, attempt, task, planned, claimed)))
        return judged

    async def _ask(self, asked: list[tuple[Attempt, TaskHead, Planned]]) -> list[Verdict]:
        try:
            return await confirm(self._caller, asked)
        except CalleeUnavailable as error:
            logger.warning("reminders not confirmed", extra={"attempts": len(asked), "detail": str(error)})
            return [
                Send(task.title, confirmed=False)
                if attempt.waited >= self._terms.patience_seconds
                else Later(_delay(attempt.waited), str(error), counted=False)
                for attempt, task, _ in asked
            ]

    async def _settle(self, judged: list[Judged]) -> None:
        try:
            events = await sweep(self._pool, lambda connection: settle(connection, judged, self._terms.digest_above))
        except TRANSIENT:
            raise
        except Exception as error:
            if is_missing_partition(error):
                raise
            if len(judged) == 1:
                await self._give_back(judged[0], error)
                return
            logger.exception("a batch of reminders failed, they are tried one by one")
            for one in judged:
                await self._settle([one])
            return
        if events:
            self.on_sent()

    async def _give_back(self, judged: Judged, error: Exception) -> None:
        """Postpone what cannot be settled by itself, or bury it after some tries."""
        attempt, task, _ = judged
        detail = f"{type(error).__name__}: {error}"
        logger.error("reminder failed", extra={"attempt_id": str(attempt.attempt_id), "detail": detail})
        verdict = Bury(detail) if attempt.tries >= MOST_TRIES else Later(LONGEST_DELAY, detail)
        if await sweep(self._pool, lambda connection: settle(connection, [(attempt, task, verdict)], 1)):
            self.on_sent()


def _is_due(seconds: float | None) -> bool:
    return seconds is not None and seconds <= 0


async def _take(connection: attempts.Connection, identity: UUID | None) -> tuple[int, Claimed]:
    """Return how many were taken, and what of it is claimed: all, with an identity and less than a batch."""
    taken = await due_queue.take(connection, BATCH, identity, LEASE_SECONDS)
    return taken.count, await _around(connection, taken.claimed)


async def _claim(connection: attempts.Connection) -> Claimed:
    return await _around(connection, await attempts.claim(connection, uuid4(), BATCH, LEASE_SECONDS))


async def _around(connection: attempts.Connection, found: list[Attempt]) -> Claimed:
    return Claimed(found, await inputs.peek(connection, {attempt.task for attempt in found}))


def _completed(verdict: Verdict, attempt: Attempt, task: TaskHead, planned: Planned, claimed: Claimed) -> Verdict:
    """Return the backend's word with what only this service knows."""
    match verdict:
        case Drop():
            series = claimed.inputs.series_of(task)
            return replace(verdict, series_version=series.version if series else 0)
        case Send():
            wanted, put_off = claimed.inputs.preferences.get(attempt.user_id), claimed.inputs.snooze_of(task)
            because = because_of(planned, task, wanted, put_off, attempt.held)
            return replace(verdict, planned=planned, because=because)
        case _:
            return verdict


def _delay(waited: float) -> float:
    """Return for how many seconds to leave the backend alone: half of what was waited, 0.5 to 5, some off by chance."""
    return min(LONGEST_DELAY, max(FIRST_DELAY, waited / 2)) * random.uniform(0.5, 1.0)  # noqa: S311
