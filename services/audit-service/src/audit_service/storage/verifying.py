"""What verification asks of the audit: sums of its events, histories without a gap, tasks as their history tells."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from event_spine.sums import Source

Connection = psycopg.AsyncConnection[Any]

ENTRIES = Source("""
SELECT e.event_id, e.topic, e.type, e.aggregate_id, e.version, e.digest, p.record
FROM audit.entries e LEFT JOIN audit.payloads p USING (event_id)""")

_PART: LiteralString = """
SELECT count(*), (array_agg(event_id ORDER BY event_id DESC))[1] FROM (
  SELECT event_id FROM audit.entries WHERE event_id > %(after)s AND event_id < %(until)s
  ORDER BY event_id LIMIT %(limit)s) AS part"""

# The index of a task's entries is by instant, so that what came before is found through it.
_WRONG: LiteralString = """
SELECT e.event_id, e.task_id, e.version FROM audit.entries e
WHERE e.event_id > %(after)s AND e.event_id <= %(last)s AND e.type LIKE 'todo.task.%%' AND e.task_id IS NOT NULL
  AND ((e.version > 1 AND NOT EXISTS (
      SELECT 1 FROM audit.entries b WHERE b.user_id = e.user_id AND b.task_id = e.task_id AND b.version = e.version - 1
        AND b.type LIKE 'todo.task.%%' AND b.occurred_at < e.occurred_at))
    OR EXISTS (
      SELECT 1 FROM audit.entries d WHERE d.user_id = e.user_id AND d.task_id = e.task_id AND d.version = e.version
        AND d.type LIKE 'todo.task.%%' AND d.event_id <> e.event_id))
ORDER BY e.event_id LIMIT 1"""

_TOLD: LiteralString = """
SELECT w.task_id, told.version, p.record, told.event_id IS NOT NULL, newest.version
FROM unnest(%(users)s::uuid[], %(tasks)s::uuid[], %(versions)s::bigint[]) AS w(user_id, task_id, version)
LEFT JOIN LATERAL (
  SELECT e.event_id, e.version FROM audit.entries e WHERE e.user_id = w.user_id AND e.task_id = w.task_id
    AND e.type LIKE 'todo.task.%%' AND e.version = w.version LIMIT 1) told ON true
LEFT JOIN audit.payloads p ON p.event_id = told.event_id
LEFT JOIN LATERAL (
  SELECT max(e.version) AS version FROM audit.entries e WHERE e.user_id = w.user_id AND e.task_id = w.task_id
    AND e.type LIKE 'todo.task.%%' AND e.occurred_at < %(before)s) newest ON true"""


@dataclass(frozen=True, slots=True)
class WrongVersion:
    """An entry of a task that has no earlier one of the version before it, or is not the only one of its version."""

    event_id: UUID
    task_id: UUID
    version: int


@dataclass(frozen=True, slots=True)
class Versions:
    """How many entries were looked at, the first that is wrong, and the id to look on after (None: the end)."""

    looked_at: int
    wrong: WrongVersion | None
    next_after: UUID | None


@dataclass(frozen=True, slots=True)
class Told:
    """What the history tells of a task at a version; `record` is None when it was erased."""

    known: bool
    record: bytes | None
    newest: int | None


async def wrong_version(connection: Connection, after: UUID, until: UUID, limit: int) -> Versions:
    """Look at the next `limit` entries for the first that is wrong."""
    given = {"after": after, "until": until, "limit": limit}
    row = await (await connection.execute(_PART, given)).fetchone()
    if row is None or row[1] is None:
        return Versions(0, None, None)
    found = await (await connection.execute(_WRONG, {**given, "last": row[1]})).fetchone()
    return Versions(row[0], WrongVersion(*found) if found else None, row[1] if row[0] == limit else None)


async def told_of(
    connection: Connection, tasks: Sequence[tuple[UUID, UUID, int]], before: dt.datetime
) -> dict[UUID, Told]:
    """Return by task what the history tells of each (user, task, version), and its newest version until an instant."""
    given = {
        "users": [user for user, _, _ in tasks],
        "tasks": [task for _, task, _ in tasks],
        "versions": [version for _, _, version in tasks],
        "before": before,
    }
    rows = await (await connection.execute(_TOLD, given)).fetchall()
    return {row[0]: Told(row[3], None if row[2] is None else bytes(row[2]), row[4]) for row in rows}
