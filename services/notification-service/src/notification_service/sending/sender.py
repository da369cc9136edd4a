"""The loop that sends: claims a few of each lane, sends them side by side, and writes down what became of each.

Every replica runs it. A claim is a lease; one that was slept through counts for nothing (`storage.deliveries`).
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

from event_spine.loop import sweep
from service_kit.database import Pool

from notification_service.channels.channel import Channel
from notification_service.sending import metrics, settling
from notification_service.sending.breaker import Breakers
from notification_service.sending.content import Content
from notification_service.sending.delivery import Delivery
from notification_service.sending.holds import still_to_tell
from notification_service.sending.outcome import Outcome, Retry, Sent
from notification_service.sending.senders import Senders
from notification_service.sending.settlements import Settlements
from notification_service.sending.settling import Accepted
from notification_service.storage import channels, deliveries

logger = logging.getLogger(__name__)

LEASE_SECONDS = 30.0
"""More than twice the longest try that the settings allow (12 s)."""
MOST_IN_FLIGHT = 200
OF_A_LANE, OF_A_CLAIM, OF_A_PERSON = 8, 4, 2
"""At once of one lane; at once claimed of one; and of one person, over all lanes."""
BATCH = 500
GATHER_SECONDS = 0.02
"""After a claim the next one waits so long: one for each message that ends would cost more than the messages."""
PAUSE_SECONDS = 0.25
"""When what is ready belongs to lanes or people that have enough under way, or another replica holds it."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery with its channel, and what it says now; `told` None: it is not to be told any more."""

    delivery: Delivery
    channel: Channel | None
    told: Content | None


class Sender:
    """Sends what is queued, at most MOST_IN_FLIGHT at once. `on_told` is told of events in the ledger."""

    def __init__(self, pool: Pool, senders: Senders) -> None:
        self._pool = pool
        self._senders = senders
        self._settlements = Settlements(pool)
        self._breakers = Breakers(time.monotonic)
        self._gathers_until = 0.0
        self._in_flight: dict[asyncio.Task[None], Delivery] = {}
        self.on_settled: Callable[[], None] = lambda: None
        self.on_told: Callable[[], None] = lambda: None

    async def step(self) -> float | None:
        """Start sending what may be sent; return the seconds until there is more to do (None: nothing waits)."""
        if (left := self._gathers_until - time.monotonic()) > 0:
            return left
        if await self._start():
            self._gathers_until = time.monotonic() + GATHER_SECONDS
            return GATHER_SECONDS
        seconds = await sweep(self._pool, deliveries.seconds_until_next)
        return seconds if seconds is None or seconds > 0 else PAUSE_SECONDS

    async def drain(self) -> None:
        """Send all that may be sent now, and wait for it: what a tick does, also with the loop off."""
        while await self._start() or self._in_flight:
            if self._in_flight:
                await asyncio.wait(self._in_flight, return_when=asyncio.FIRST_COMPLETED)

    async def finish(self, seconds: float | None = None) -> None:
        """Wait for what is under way, at most some seconds: what is cut off is taken back when its lease ends."""
        if self._in_flight:
            await asyncio.wait(list(self._in_flight), timeout=seconds)
        for task in list(self._in_flight):
            task.cancel()

    async def try_out(self, channel: Channel, delivery: Delivery) -> Outcome:
        """Send a test message now, and say what became of it."""
        return await self._send(Claimed(delivery, channel, delivery.message))

    def forget_failures(self) -> None:
        """Ask every lane again, also those that are left alone because they failed."""
        self._breakers = Breakers(time.monotonic)

    async def _start(self) -> int:
        while await sweep(self._pool, lambda connection: deliveries.promote(connection, BATCH)) == BATCH:
            pass
        room = MOST_IN_FLIGHT - len(self._in_flight)
        if room <= 0:
            return 0
        found, claimed = await sweep(self._pool, lambda connection: self._claim(connection, room))
        for one in claimed:
            self._breakers.started(one.delivery.lane)
            task = asyncio.create_task(self._deliver(one))
            self._in_flight[task] = one.delivery
            task.add_done_callback(self._ended)
        metrics.SENDING.set(len(self._in_flight))
        return found

    async def _claim(self, connection: deliveries.Connection, room: int) -> tuple[int, list[Claimed]]:
        """Return how many were looked at, and those that are to be sent now: others wait for the end of quiet hours."""
        lanes = Counter(delivery.lane for delivery in self._in_flight.values())
        people = Counter(delivery.user_id for delivery in self._in_flight.values())
        closed = set(self._breakers.closed())
        found = await deliveries.claim(
            connection,
            uuid4(),
            limit=room,
            each=OF_A_CLAIM,
            lease=LEASE_SECONDS,
            shut=closed | {lane for lane, count in lanes.items() if count > OF_A_LANE - OF_A_CLAIM},
            broken=self._breakers.broken(),
            busy=[user for user, count in people.items() if count >= OF_A_PERSON],
        )
        if not found:
            return 0, []
        known = await channels.by_id(connection, {delivery.channel_id for delivery in found})
        held = await still_to_tell(connection, found)
        for one in found:
            if seconds := held[one.delivery_id].seconds:
                await deliveries.hold(connection, one, seconds)
        now = [one for one in found if not held[one.delivery_id].seconds]
        return len(found), [Claimed(one, known.get(one.channel_id), held[one.delivery_id].told) for one in now]

    def _ended(self, task: asyncio.Task[None]) -> None:
        delivery = self._in_flight.pop(task)
        self._breakers.released(delivery.lane)
        metrics.SENDING.set(len(self._in_flight))
        if time.monotonic() >= self._gathers_until:  # before, the loop looks by itself when it has gathered
            self.on_settled()

    async def _deliver(self, claimed: Claimed) -> None:
        try:
            await self._send(claimed)
        except Exception:
            # Nothing is marked: the lease runs out, and the delivery is taken back.
            logger.exception("delivery not settled", extra={"delivery_id": str(claimed.delivery.delivery_id)})

    async def _send(self, claimed: Claimed) -> Outcome:
        delivery, channel, told = claimed.delivery, claimed.channel, claimed.told
        reason = _no_reason_to_send(delivery, channel, told)
        if channel is None or told is None or reason is not None:
            await sweep(self._pool, lambda connection: settling.drop(connection, delivery, reason or "nothing to tell"))
            return Retry(reason or "nothing to tell")
        now = dt.datetime.now(dt.UTC)
        began = time.monotonic()
        outcome: Outcome
        try:
            async with asyncio.timeout(self._senders.seconds + 1.0):
                outcome = await self._senders.send(channel, told, now)
        except TimeoutError:
            outcome = Retry(f"it did not answer within {self._senders.seconds:g} s", host=True)
        except Exception as error:
            logger.exception("a channel failed in an unforeseen way", extra={"channel_id": str(channel.channel_id)})
            outcome = Retry(f"{type(error).__name__} here")
        metrics.SEND_SECONDS.labels(channel.kind).observe(time.monotonic() - began)
        metrics.TRIES.labels(channel.kind, type(outcome).__name__.lower()).inc()
        if not isinstance(outcome, Sent):
            logger.warning("delivery not taken", extra={"lane": delivery.lane, "detail": outcome.reason})
        self._breakers.ended(delivery.lane, failed=isinstance(outcome, Retry) and outcome.host)
        if isinstance(outcome, Sent):
            made = await self._settlements.settle(Accepted(delivery, channel, told, outcome.detail, now))
        else:
            failed = outcome
            made = await sweep(
                self._pool, lambda connection: settling.settle(connection, delivery, channel, told, failed, now)
            )
        if made:
            self.on_told()
        return outcome


def _no_reason_to_send(delivery: Delivery, channel: Channel | None, told: Content | None) -> str | None:
    if channel is None:
        return "the channel was taken away"
    if not channel.enabled and not delivery.asked:
        return "the channel was switched off"
    return "the task says otherwise now" if told is None else None
