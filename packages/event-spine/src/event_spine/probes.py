"""Canaries: ledgered like any event, they show that the whole way of each topic is open."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson
import psycopg
from event_contracts import PROBED, short_name
from event_contracts.identifiers import uuid7
from event_contracts.topics import TOPICS
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from event_spine.ledger import LedgerEntry, append_statement, ledger_parameters
from event_spine.partitions import is_missing_partition, make_partitions

logger = logging.getLogger(__name__)

STREAM_KEY = "probe"
EVERY_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Probes:
    """The canaries of one ledger: `publisher` is the app that relays it, `source` the one whose events lie in it."""

    schema: str
    publisher: str
    source: str

    @property
    def topics(self) -> tuple[str, ...]:
        """Return the topics that get one."""
        return tuple(t.name for t in TOPICS.values() if t.ledgered and t.publisher == self.publisher)

    async def append(self, connection: psycopg.AsyncConnection[Any]) -> None:
        """Write one canary per topic, in a transaction of its own."""
        row = await (await connection.execute("SELECT clock_timestamp()")).fetchone()
        assert row is not None  # noqa: S101 - a clock always answers
        statement = append_statement(self.schema).encode()
        parameters = ledger_parameters([self._probe(topic, row[0]) for topic in self.topics])
        try:
            await connection.execute(statement, parameters)
        except psycopg.errors.CheckViolation as error:
            if not is_missing_partition(error):
                raise
            await make_partitions(connection, self.schema)
            await connection.execute(statement, parameters)

    async def keep(
        self, pool: AsyncConnectionPool[Any], is_leading: Callable[[], bool], seconds: float, stop: asyncio.Event
    ) -> None:
        """Write canaries every so many seconds while the relay leads; a failure is logged and tried again.

        The pool's connections are in autocommit.
        """
        while not stop.is_set():
            try:
                await asyncio.wait_for(stop.wait(), seconds)
            except TimeoutError:
                if not is_leading():
                    continue
                try:
                    async with pool.connection() as connection:
                        await self.append(connection)
                except (psycopg.Error, PoolTimeout) as error:
                    logger.warning("no canary this time: %s", type(error).__name__)

    def _probe(self, topic: str, at: dt.datetime) -> LedgerEntry:
        event_id = uuid7()
        instant = at.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
        record = {
            "specversion": "1.0",
            "id": str(event_id),
            "source": self.source,
            "type": PROBED,
            "subject": topic,
            "time": instant,
            "datacontenttype": "application/json",
            "data": {
                "event_type": short_name(PROBED),
                "occurred_at": instant,
                "actor": {"kind": "service", "id": self.publisher, "door": "internal"},
                "version": 1,
                "topic": topic,
            },
        }
        return LedgerEntry(event_id, topic, STREAM_KEY, PROBED, event_id, 1, None, None, orjson.dumps(record))
