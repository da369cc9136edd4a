"""Asking the backend to advance what is wanted: called first, idempotently, and marked after.

Level-triggered: whatever dies in between, the row is still there when its lease ends, and asking twice is answered
`already`. The mark counts only under the claim, so a paused process cannot undo what the heads say since.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import random
from collections.abc import Awaitable, Callable
from typing import Any, Protocol
from uuid import UUID

import httpx
import orjson
from dapr_edge.errors import CalleeUnavailable
from event_contracts.edges import ADVANCE_SERIES, RESUME_SERIES, Edge
from event_contracts.task import SeriesData, TaskData, UserData
from event_spine import dead_letters
from event_spine.loop import sweep
from event_spine.records import Record
from opentelemetry import propagate, trace
from pydantic import BaseModel
from recurrence_rules import RecurrenceError
from service_kit import context
from service_kit.database import Pool

from recurring_task_service.domain.decide import Ask, Job, Wait, decide
from recurring_task_service.domain.heads import Origin, series_head, task_head, user_head
from recurring_task_service.projections.apply import apply
from recurring_task_service.projections.users import apply_users
from recurring_task_service.storage import wanted
from recurring_task_service.storage.schema import SCHEMA
from recurring_task_service.sweeps.metrics import ADVANCES, IN_FLIGHT
from recurring_task_service.sweeps.reach import Reach

logger = logging.getLogger(__name__)
_tracer = trace.get_tracer("recurring-task-service")

MOST_IN_FLIGHT = 16
LEASE_SECONDS = 12.0
"""More than twice the edge's deadline of 5 s: a call that still runs keeps its claim."""
PAUSE_SECONDS = 0.01
"""When another replica holds what is due."""
GATHER_SECONDS = 0.01
"""Under arrears the places of answered calls are given away together: a claim is a transaction."""
FIRST_DELAY, LONGEST_DELAY, LONGEST_UNANSWERED = 0.5, 30.0, 2.0
"""Seconds. Where nobody answered, `Reach` bounds how often it is tried, so that nothing need wait for long."""


class Caller(Protocol):
    """What calls an edge: `dapr_edge.invocation.Invoker`."""

    async def call(
        self, edge: Edge, path_parameters: dict[str, Any], acting_user: UUID | None, json: Any = None
    ) -> httpx.Response:
        """Return the answer; raise CalleeUnavailable when nothing usable came back."""
        ...


class Superseded(BaseModel):
    """The backend's 409: what series and predecessor are now, and the account where its holidays are others."""

    series: SeriesData | None = None
    predecessor: TaskData | None = None
    user: UserData | None = None


class Advancer:
    """Claims what is due and asks for it, at most `MOST_IN_FLIGHT` at once; a slow answer holds up no other."""

    def __init__(self, pool: Pool, caller: Caller) -> None:
        self._pool = pool
        self._caller = caller
        self._in_flight: set[asyncio.Task[None]] = set()
        self._reach = Reach()
        self._telling: asyncio.TimerHandle | None = None
        self.on_settled: Callable[[], None] = lambda: None

    async def step(self) -> float | None:
        """Claim what is due and start asking; return the seconds until there is more to do (None: nothing waits)."""
        await self._start(self._reach.room(self._free))
        if self._free <= 0:
            return None  # an answer wakes the loop
        seconds = await sweep(self._pool, wanted.seconds_until_due)
        if seconds is not None and (pause := self._reach.pause) is not None:
            return max(seconds, pause)
        return seconds if seconds is None or seconds > 0 else PAUSE_SECONDS

    async def drain(self) -> None:
        """Ask for all that is due now and wait for the answers: what a tick does, also with the loop off."""
        while await self._start(self._free) or self._in_flight:
            await self.finish()

    @property
    def _free(self) -> int:
        return MOST_IN_FLIGHT - len(self._in_flight)

    async def _start(self, room: int) -> int:
        if room <= 0:
            return 0
        jobs = await sweep(self._pool, lambda connection: wanted.claim(connection, room, LEASE_SECONDS))
        for job in jobs:
            task = asyncio.create_task(self._settle(job))
            self._in_flight.add(task)
            task.add_done_callback(self._settled)
        IN_FLIGHT.set(len(self._in_flight))
        return len(jobs)

    async def finish(self) -> None:
        """Wait for the calls in flight."""
        while self._in_flight:
            await asyncio.wait(self._in_flight)

    def _settled(self, task: asyncio.Task[None]) -> None:
        self._in_flight.discard(task)
        IN_FLIGHT.set(len(self._in_flight))
        if not self._in_flight:
            self._tell()
        elif self._telling is None:
            self._telling = asyncio.get_running_loop().call_later(GATHER_SECONDS, self._tell)

    def _tell(self) -> None:
        if self._telling is not None:
            self._telling.cancel()
            self._telling = None
        self.on_settled()

    async def _settle(self, job: Job) -> None:
        parent = propagate.extract({"traceparent": job.traceparent}) if job.traceparent else None
        token = context.correlation_id.set(job.correlation_id)
        user = context.user_id.set(job.user_id)
        try:
            with _tracer.start_as_current_span("advance", context=parent, kind=trace.SpanKind.INTERNAL):
                outcome, mark = await self._ask(job)
                await sweep(self._pool, mark)
                ADVANCES.labels(outcome).inc()
                logger.info("advance settled", extra={"series_id": str(job.series_id), "outcome": outcome})
        except Exception:
            # Nothing is marked: the lease runs out and the wish is taken up again.
            logger.exception("advance not settled", extra={"series_id": str(job.series_id)})
        finally:
            context.correlation_id.reset(token)
            context.user_id.reset(user)

    async def _ask(self, job: Job) -> tuple[str, Callable[[wanted.Connection], Awaitable[None]]]:
        try:
            decision = decide(job)
        except RecurrenceError as error:
            return "refused", self._refused(job, {"rrule": job.rrule}, f"{error.code}: {error}")
        if isinstance(decision, Wait):
            return "early", lambda connection: wanted.wait(connection, job, decision.until)
        edge = ADVANCE_SERIES if isinstance(decision, Ask) else RESUME_SERIES
        body = decision.body if isinstance(decision, Ask) else {"series_version": job.series_version}
        path = {"user_id": job.user_id, "series_id": job.series_id}
        try:
            answer = await self._caller.call(edge, path, job.user_id, json=body)
        except CalleeUnavailable as error:
            self._reach.lost()
            return "transient", _postponed(job, str(error), LONGEST_UNANSWERED)
        self._reach.found()
        if answer.status_code == 200:
            return str(answer.json().get("outcome", "made")), lambda connection: wanted.drop(connection, job)
        if answer.status_code == 404 and _code(answer):
            return "gone", lambda connection: wanted.drop(connection, job)
        if answer.status_code == 409:
            return "superseded", _superseded(job, answer)
        if answer.status_code == 422:
            return "refused", self._refused(job, body, answer.text[:2000])
        return "transient", _postponed(job, f"status {answer.status_code}: {answer.text[:200]}")

    def _refused(self, job: Job, body: dict[str, Any], detail: str) -> Callable[[wanted.Connection], Awaitable[None]]:
        """Return the mark of a wish that can never be granted: a dead letter, and the wish is dropped."""
        series = {"series_id": str(job.series_id), "predecessor_id": str(job.predecessor_id), "detail": detail}
        logger.error("advance refused", extra=series)
        raw = orjson.dumps({"user_id": str(job.user_id), "series_id": str(job.series_id), **body})
        place = int.from_bytes(hashlib.sha256(raw).digest()[:8], "big") >> 1
        letter = Record("advance", 0, place, str(job.series_id), raw)

        async def mark(connection: wanted.Connection) -> None:
            await dead_letters.record(connection, SCHEMA, letter, "advance_refused", detail, job.attempts, job.event_id)
            await wanted.drop(connection, job)

        return mark


def delay(attempts: int, longest: float = LONGEST_DELAY) -> float:
    """Return the back-off after some attempts, in seconds: 0.5 doubling, less up to half of it by chance."""
    return min(longest, FIRST_DELAY * 2 ** min(attempts - 1, 10)) * random.uniform(0.5, 1.0)  # noqa: S311


def _postponed(job: Job, error: str, longest: float = LONGEST_DELAY) -> Callable[[wanted.Connection], Awaitable[None]]:
    seconds = delay(job.attempts, longest)
    logger.warning("advance comes again", extra={"series_id": str(job.series_id), "detail": error, "seconds": seconds})
    return lambda connection: wanted.postpone(connection, job, seconds, error)


def _superseded(job: Job, answer: httpx.Response) -> Callable[[wanted.Connection], Awaitable[None]]:
    """Return the mark of a wish whose heads are old: the fresh ones are applied, which starts it afresh or ends it.

    Versions only rise, so it can start afresh no more often than somebody acts; nothing newer means back-off.
    """
    fresh = Superseded.model_validate_json(answer.content)

    async def mark(connection: wanted.Connection) -> None:
        tasks = [task_head(job.user_id, t, job.day_zone, t.updated_at, Origin(correlation_id=job.correlation_id))
                 for t in (fresh.predecessor,) if t is not None]  # fmt: skip
        series = [series_head(job.user_id, s) for s in (fresh.series,) if s is not None]
        if fresh.user is not None:
            await apply_users(connection, [user_head(fresh.user)])
        await apply(connection, tasks, series)
        await wanted.postpone(connection, job, delay(job.attempts), "superseded")

    return mark


def _code(answer: httpx.Response) -> str | None:
    """Return the code of a problem document: a 404 without one came from a proxy, not from the backend."""
    try:
        return answer.json().get("code")
    except (ValueError, AttributeError):
        return None
