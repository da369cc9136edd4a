"""What operators do to a ledger's relay, with who and why: a row in the same transaction, and a line in the log."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

import psycopg
from event_contracts.identifiers import uuid7

from event_spine import acts

logger = logging.getLogger(__name__)

Connection = psycopg.AsyncConnection[Any]


@dataclass(frozen=True, slots=True)
class Operator:
    """Who acts, and why."""

    by: str
    why: str | None = None


async def record_act(
    connection: Connection, schema: str, kind: str, operator: Operator, told: dict[str, Any], events: int
) -> None:
    """Write down an act that concerns so many events, in the caller's transaction."""
    act = acts.Act(uuid7(), kind, operator.by, {**told, "why": operator.why})
    await acts.write(connection, schema, act, events=events)
    logger.info(
        "an operator acted on the relay",
        extra={"schema": schema, "act": kind, "by": operator.by, "why": operator.why, "told": told, "events": events},
    )
