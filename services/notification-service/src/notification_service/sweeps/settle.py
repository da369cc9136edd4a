"""Settling a claimed batch in one transaction: marks under the fence, notifications, and their events in the ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import psycopg
from event_contracts.identifiers import uuid7
from event_spine.ledger import LedgerEntry, append_statement, ledger_parameters

from notification_service.domain.attempt import Attempt, Bury, Drop, Later, Send, Verdict
from notification_service.domain.compose import Sending, compose, is_late
from notification_service.domain.heads import SeriesHead, TaskHead
from notification_service.storage import attempts, heads
from notification_service.storage.schema import SCHEMA
from notification_service.sweeps.announce import failed_entry
from notification_service.sweeps.metrics import LATENESS, OUTCOMES
from notification_service.sweeps.tell import tell

Connection = psycopg.AsyncConnection[Any]
Judged = tuple[Attempt, TaskHead | None, Verdict]
_APPEND = append_statement(SCHEMA).encode()


async def settle(connection: Connection, judged: Sequence[Judged], digest_above: int) -> int:
    """Do what was decided, as far as claims still hold; return how many events it made."""
    row = await (await connection.execute("SELECT clock_timestamp()")).fetchone()
    now: dt.datetime = row[0] if row else dt.datetime.now(dt.UTC)
    await _drop(connection, [(a, t, v) for a, t, v in judged if isinstance(v, Drop)], now)
    later = [(a, v) for a, _, v in judged if isinstance(v, Later)]
    if later:
        await attempts.postpone(connection, later, now)
        OUTCOMES.labels("postponed").inc(len(later))
    entries = await _bury(connection, [(a, t, v) for a, t, v in judged if isinstance(v, Bury)], now)
    entries += await _send(connection, [(a, t, v) for a, t, v in judged if isinstance(v, Send)], digest_above, now)
    if entries:
        await connection.execute(_APPEND, ledger_parameters(entries))
    return len(entries)


async def _drop(
    connection: Connection, dropped: Sequence[tuple[Attempt, TaskHead | None, Drop]], now: dt.datetime
) -> None:
    """Drop attempts. Where the heads may say something new since, the plan is written again: it may hold once more.

    The heads are held first: an event that comes meanwhile must see the attempt as dropped.
    """
    if not dropped:
        return
    series = await heads.read_series(connection, [t for _, t, _ in dropped if t is not None])
    seen = await heads.read_tasks(connection, sorted({a.task for a, _, _ in dropped}), lock=True)
    reasons = [d.reason for _, _, d in dropped]
    closed = await attempts.close(connection, "dropped", [a for a, _, _ in dropped], reasons, now)
    OUTCOMES.labels("dropped").inc(len(closed))
    moved = {a.task for a, _, d in dropped if (task := seen.get(a.task)) is not None and _moved_on(d, task, series)}
    await heads.mark_tasks(connection, sorted(moved))


def _moved_on(drop: Drop, task: TaskHead, series: dict[tuple[UUID, UUID], SeriesHead]) -> bool:
    of = series.get(task.series) if task.series else None
    return drop.version is None or task.version > drop.version or (of is not None and of.version > drop.series_version)


async def _bury(
    connection: Connection, buried: Sequence[tuple[Attempt, TaskHead | None, Bury]], now: dt.datetime
) -> list[LedgerEntry]:
    if not buried:
        return []
    reasons, events = [b.error for *_, b in buried], [int(t is not None) for _, t, _ in buried]
    closed = await attempts.close(connection, "dead", [a for a, _, _ in buried], reasons, now, events)
    OUTCOMES.labels("dead").inc(len(closed))
    return [failed_entry(a, t, b.error, now) for a, t, b in buried if t is not None and a.attempt_id in closed]


async def _send(
    connection: Connection, sent: Sequence[tuple[Attempt, TaskHead | None, Send]], digest_above: int, now: dt.datetime
) -> list[LedgerEntry]:
    sendings = [
        Sending(a, t, s.title, s.confirmed, s.planned, s.because)
        for a, t, s in sent
        if t is not None and s.planned is not None
    ]
    if not sendings:
        return []
    ours = await attempts.sent(
        connection,
        [s.attempt for s in sendings],
        [s.confirmed for s in sendings],
        [is_late(s.attempt, now) for s in sendings],
        now,
    )
    composed = compose([s for s in sendings if s.attempt.attempt_id in ours], now, digest_above, uuid7)
    if not composed:
        return []
    entries = await tell(connection, composed, now)
    for sending in sendings:
        if not sending.attempt.held:
            LATENESS.observe((now - sending.attempt.fire_at).total_seconds())
    OUTCOMES.labels("sent").inc(len(ours))
    return entries
