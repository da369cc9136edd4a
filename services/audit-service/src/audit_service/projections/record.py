"""Every event id once: what is delivered five times is one entry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from event_spine.records import Delivered

from audit_service.domain.entry import read_entry
from audit_service.storage import entries


async def record(connection: psycopg.AsyncConnection[Any], events: Sequence[Delivered]) -> None:
    """Record a batch with one statement, inside the transaction of the delivery."""
    await entries.insert(connection, [read_entry(event) for event in events])
