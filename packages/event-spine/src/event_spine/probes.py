"""Canaries: ledgered like any event, they show that each topic's whole way is open."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import Callable
from typing import Any

import psycopg
from event_contracts import PROBED, short_name
from event_contracts.apps import TODO_RELAY
from event_contracts.identifiers import uuid7
from event_contracts.topics import TOPICS
from event_spine.ledger import LedgerEntry, append_statement, ledger_parameters
from event_spine.partitions import is_missing_partition, make_partitions
from psycopg_pool import PoolTimeout
from service_kit.database import Pool

from todo_backend.application.events import SOURCE
from todo_backend.application.shapes import encode, instant
from todo_backend.application.statements import own
from todo_backend.application.table import SCHEMA

logger = logging.getLogger(__name__)

STREAM_KEY = "probe"
PROBED_TOPICS = tuple(t.name for t in TOPICS.values() if t.ledgered and t.publisher == TODO_RELAY.app_id)


async def append_probes(connection: psycopg.AsyncConnection[Any]) -> None:
    """Write one canary per topic of todo-relay, in a transaction of its own."""
    cursor = await connection.execute("SELECT clock_timestamp()")
    row = await cursor.fetchone()
    assert row is not None  # noqa: S101 - a clock always answers
    parameters = ledger_parameters([_probe(topic, row[0]) for topic in PROBED_TOPICS])
    try:
        await connection.execute(own(append_statement(SCHEMA)), parameters)
    except psycopg.errors.CheckViolation as error:
        if not is_missing_partition(error):
            raise
        await make_partitions(connection, SCHEMA)
        await connection.execute(own(append_statement(SCHEMA)), parameters)


async def keep_probing(pool: Pool, is_leading: Callable[[], bool], seconds: float, stop: asyncio.Event) -> None:
    """Write canaries every so many seconds while this relay leads; a failure is logged and tried again."""
    while not stop.is_set():
        try:
            await asyncio.wait_for(stop.wait(), seconds)
        except TimeoutError:
            if not is_leading():
                continue
            try:
                async with pool.connection() as connection:
                    await append_probes(connection)
            except (psycopg.Error, PoolTimeout) as error:
                logger.warning("no canary this time: %s", type(error).__name__)


def _probe(topic: str, at: dt.datetime) -> LedgerEntry:
    event_id = uuid7()
    record = {
        "specversion": "1.0",
        "id": str(event_id),
        "source": SOURCE,
        "type": PROBED,
        "subject": topic,
        "time": instant(at),
        "datacontenttype": "application/json",
        "data": {
            "event_type": short_name(PROBED),
            "occurred_at": instant(at),
            "actor": {"kind": "service", "id": TODO_RELAY.app_id, "door": "internal"},
            "version": 1,
            "topic": topic,
        },
    }
    return LedgerEntry(event_id, topic, STREAM_KEY, PROBED, event_id, 1, None, None, encode(record))
