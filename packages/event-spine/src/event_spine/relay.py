"""The relay: from the ledger's pending queue to the broker, in order per stream key, nothing lost.

Broker away: everything simply waits and the writers go on. A refused entry holds back only its own key.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import psycopg
from psycopg import sql

from event_spine import metrics
from event_spine.backlog import Backlog
from event_spine.errors import BrokerUnavailable, ForeignDatabase, LeaseLost
from event_spine.lease import Lease, LeaseTerms
from event_spine.outgoing import Publisher
from event_spine.publishing import Acknowledged, Publishing
from event_spine.wake import wait_for_any

logger = logging.getLogger(__name__)

STANDBY_SECONDS = 0.25
GATHER_SECONDS = 0.008
"""Under load the next read waits this long, so that bulks grow and everything behind the relay works less often. The
first event after a pause waits for nothing."""
GATHER_BELOW = 100
FOREIGN_SECONDS = 1.0
"""How often a relay that refuses a database looks whether it was adopted."""

Leading = Callable[[psycopg.AsyncConnection], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class RelaySettings:
    """Which ledger to relay and as whom. `poll_seconds` is the net under a lost notification.

    `gather_seconds`: see GATHER_SECONDS; longer where nobody waits for the events.
    """

    conninfo: str
    schema: str
    channel: str
    owner: str
    poll_seconds: float = 0.1
    retry_seconds: float = 0.5
    gather_seconds: float = GATHER_SECONDS
    lease: LeaseTerms = field(default_factory=LeaseTerms)


class Relay:
    """Leads when it holds the lease, stands by otherwise.

    `on_acknowledged` is told of each acknowledged bulk after it left the queue (a failure there is logged and changes
    nothing); `on_lead` runs once each time this relay takes the lead, on its own connection.
    """

    def __init__(
        self,
        settings: RelaySettings,
        publisher: Publisher,
        on_acknowledged: Acknowledged | None = None,
        on_lead: Leading | None = None,
    ) -> None:
        self._settings = settings
        self._publisher = publisher
        self._on_acknowledged = on_acknowledged
        self._on_lead = on_lead
        self._lease = Lease(settings.conninfo, settings.schema, settings.owner, settings.lease)
        self._woken = asyncio.Event()
        self.refused_database: str | None = None

    @property
    def is_leading(self) -> bool:
        """Say whether this relay holds a lease that still runs."""
        return self._lease.is_valid()

    async def run(self, stop: asyncio.Event) -> None:
        """Lead or stand by until `stop` is set; no error of database or broker ends it."""
        while not stop.is_set():
            try:
                acquired = await self._lease.acquire()
                self._refuse(None)
                if acquired:
                    await self._lead(stop)
                else:
                    metrics.RELAY_LEADING.set(0)
                    await wait_for_any(stop, timeout=STANDBY_SECONDS)
            except ForeignDatabase as error:
                self._refuse(str(error))
                await wait_for_any(stop, timeout=FOREIGN_SECONDS)
            except (psycopg.Error, OSError) as error:
                logger.warning("relay lost its database: %s", error)
                await self._lease.close()
                await wait_for_any(stop, timeout=self._settings.retry_seconds)
        await self._lease.close()

    def _refuse(self, why: str | None) -> None:
        """Say once, wherever people look, that this database is refused and why; None: it is not any more."""
        if why != self.refused_database:
            if why is None:
                logger.info("relay takes up a database that was adopted")
            else:
                logger.critical("relay refuses to publish: %s See `todo-ops adopt`.", why)
        self.refused_database = why
        metrics.RELAY_REFUSES_DATABASE.set(0 if why is None else 1)

    async def _lead(self, stop: asyncio.Event) -> None:
        logger.info("relay leads", extra={"epoch": self._lease.epoch})
        metrics.RELAY_LEADING.set(1)
        keeper = asyncio.create_task(self._lease.keep(), name="lease")
        listener = asyncio.create_task(self._listen(), name="listener")
        try:
            async with await psycopg.AsyncConnection.connect(self._settings.conninfo, autocommit=True) as connection:
                if self._on_lead is not None:
                    await self._on_lead(connection)
                await self._drain(connection, stop)
        except LeaseLost:
            logger.warning("relay steps down", extra={"epoch": self._lease.epoch})
        finally:
            metrics.RELAY_LEADING.set(0)
            metrics.RELAY_HELD.set(0)  # whoever leads next tells it
            for task in (keeper, listener):
                task.cancel()
            await asyncio.gather(keeper, listener, return_exceptions=True)
            if self._lease.is_valid():
                await self._lease.release()

    async def _drain(self, connection: psycopg.AsyncConnection, stop: asyncio.Event) -> None:
        backlog = Backlog(self._settings.schema)
        publishing = Publishing(self._publisher, backlog, self._lease, self._on_acknowledged)
        while not stop.is_set():
            if not self._lease.is_valid():
                raise LeaseLost
            self._woken.clear()
            events = await backlog.read(connection, publishing.paused())
            metrics.RELAY_BATCH.set(len(events))
            if not events:
                await wait_for_any(stop, self._woken, timeout=self._settings.poll_seconds)
                continue
            try:
                await publishing.publish(connection, events)
                if len(events) < GATHER_BELOW:
                    await wait_for_any(stop, timeout=self._settings.gather_seconds)
            except BrokerUnavailable as error:
                backlog.look_everywhere()
                logger.warning("broker unavailable, events wait: %s", error)
                await wait_for_any(stop, timeout=self._settings.retry_seconds)

    async def _listen(self) -> None:
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(
                    self._settings.conninfo, autocommit=True
                ) as connection:
                    await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(self._settings.channel)))
                    async for _ in connection.notifies():
                        self._woken.set()
            except psycopg.Error as error:
                logger.warning("relay cannot listen, it polls: %s", error)
                await asyncio.sleep(self._settings.retry_seconds)
