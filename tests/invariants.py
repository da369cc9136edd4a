"""The promises I1, I2, I3, I4 and I7, each as a function that returns its violations in words (empty: it holds).

Ask once things have settled: nothing pending, unaudited, wanted or due (`settled`).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from typing import Any
from uuid import UUID

import orjson
import psycopg

from tests import evidence
from tests.people import eventually

LEDGERED = ("task-events", "account-events", "reminders")


def settled(connection: psycopg.Connection[Any]) -> bool:
    """Say whether every committed change has gone the whole way and every successor is made.

    What reads whole tables comes last: asked again and again, it would take the time from what it waits for.
    """
    return (
        evidence.pending_count(connection) == 0
        and evidence.wanted_count(connection) == 0
        and evidence.unsettled_reminders(connection) == 0
        and evidence.unaudited_count(connection) == 0
        and not _heads_behind(connection)
    )


def i1_every_change_is_audited_once(connection: psycopg.Connection[Any], brokers: str) -> list[str]:
    """Each ledgered event ↔ exactly one audit entry and at least one record in its topic, all of one id and digest.

    The ledger goes on while three places are read one after the other (canaries come by themselves): what was only on
    its way is there at a second look, after everything settled again. What is lost or double is wrong in both.
    """
    found = _audited_otherwise(connection, brokers)
    if not found:
        return []
    with contextlib.suppress(AssertionError):  # It never settles: the second look says what is missing.
        eventually(lambda: settled(connection), seconds=30)
    again = set(_audited_otherwise(connection, brokers))
    return [violation for violation in found if violation in again]


def _audited_otherwise(connection: psycopg.Connection[Any], brokers: str) -> list[str]:
    ledger = {
        row[0]: (row[1], bytes(row[2]))
        for row in connection.execute(
            "SELECT event_id, topic, digest FROM tasks.ledger"
            " UNION ALL SELECT event_id, topic, digest FROM notifications.ledger"
        )
    }
    audit = connection.execute("SELECT event_id, topic, digest FROM audit.entries").fetchall()
    found: list[str] = []
    seen: set[UUID] = set()
    for event_id, topic, digest in audit:
        if event_id in seen:
            found.append(f"{event_id} stands twice in the audit")
        seen.add(event_id)
        if ledger.get(event_id) != (topic, bytes(digest)):
            found.append(f"{event_id} is in the audit, but not so in the ledger")
    found += [f"{event_id} is not in the audit" for event_id in ledger.keys() - seen]
    published = {(r.topic, r.event_id, r.digest) for r in evidence.records(brokers, LEDGERED)}
    found += [
        f"{event_id} has no record of its bytes in {topic}"
        for event_id, (topic, digest) in ledger.items()
        if (topic, event_id, digest) not in published
    ]
    return found


def i2_every_series_goes_on_once(connection: psycopg.Connection[Any]) -> list[str]:
    """Each active series has its open occurrences; each completed one has one successor.

    One open after completions; by schedule at most one, with `each` at most ten, and successors come in their time.
    """
    open_ones = connection.execute("""
        SELECT s.id, count(t.id), s.trigger, s.missed FROM tasks.series s LEFT JOIN tasks.tasks t
          ON t.user_id = s.user_id AND t.series_id = s.id AND t.status = 'open' AND t.deleted_at IS NULL
          AND t.withdrawn_at IS NULL
        WHERE s.status = 'active' GROUP BY s.id, s.trigger, s.missed
        HAVING CASE WHEN s.trigger = 'on_completion' THEN count(t.id) <> 1
                    WHEN s.missed = 'each' THEN count(t.id) > 10 ELSE count(t.id) > 1 END""").fetchall()
    successors = connection.execute("""
        SELECT t.id, count(n.id) FROM tasks.tasks t
        JOIN tasks.series s ON s.user_id = t.user_id AND s.id = t.series_id AND s.status = 'active'
        LEFT JOIN tasks.tasks n ON n.user_id = t.user_id AND n.predecessor_id = t.id AND n.withdrawn_at IS NULL
        WHERE t.status = 'done' AND t.deleted_at IS NULL GROUP BY t.id, s.trigger
        HAVING count(n.id) > 1 OR (count(n.id) = 0 AND s.trigger = 'on_completion')""").fetchall()
    keys = connection.execute("""
        SELECT series_id, occurrence_key, count(*) FROM tasks.tasks
        WHERE series_id IS NOT NULL AND withdrawn_at IS NULL GROUP BY 1, 2 HAVING count(*) > 1""").fetchall()
    return [
        *(f"series {row[0]} has {row[1]} open occurrences" for row in open_ones),
        *(f"occurrence {row[0]} has {row[1]} successors" for row in successors),
        *(f"series {row[0]} has {row[2]} occurrences at {row[1]}" for row in keys),
    ]


def i3_every_due_reminder_is_told_once(connection: psycopg.Connection[Any], brokers: str, keys: set[str]) -> list[str]:
    """Each of `keys` (`<reminder id>/<instant as PostgreSQL writes it>`) is told of; no key is told of twice.

    Told of is what receivers see: the person's own notifications, and the records of the topic, where one event may
    lie twice but one key not in two events.
    """
    events: dict[str, set[UUID]] = {}
    for record in evidence.records(brokers, ("reminders",)):
        event = orjson.loads(record.body)
        if event["type"] == "todo.reminder.sent.v1":
            data = event["data"]
            for item in data["digest"] or [data]:
                events.setdefault(item["key"], set()).add(UUID(event["id"]))
    rows = connection.execute("""
        SELECT coalesce(item ->> 'key', m.key), count(*),
               coalesce(item ->> 'reminder_id', m.reminder_id::text) || '/'
                 || coalesce((item ->> 'remind_at')::timestamptz, m.remind_at)
        FROM notifications.messages m
          LEFT JOIN LATERAL jsonb_array_elements(m.digest) AS item ON true GROUP BY 1, 3""").fetchall()
    told = {row[2] for row in rows}
    wrong = connection.execute("""
        SELECT m.title FROM notifications.messages m JOIN notifications.attempts a
          ON a.attempt_id = m.notification_id WHERE a.state <> 'sent' OR m.sent_at < m.remind_at""").fetchall()
    return [
        *(f"{key} is told of in {len(ids)} events" for key, ids in events.items() if len(ids) > 1),
        *(f"{row[0]} stands {row[1]} times among the notifications" for row in rows if row[1] > 1),
        *(f"{row[0]} has no record in the topic" for row in rows if row[0] not in events),
        *(f"{key} was due and nobody was told" for key in sorted(keys - told)),
        *(f"{row[0]} was told of too early, or is not marked as sent" for row in wrong),
    ]


def i4_histories_have_no_gap(connection: psycopg.Connection[Any]) -> list[str]:
    """Versions of each task are 1..n in the audit, in commit order; the task is what its last event says."""
    versions: dict[Any, list[int]] = {}
    for task_id, version in connection.execute(
        "SELECT task_id, version FROM audit.entries WHERE type LIKE 'todo.task.%' ORDER BY occurred_at"
    ):
        versions.setdefault(task_id, []).append(version)
    folds = connection.execute("""
        WITH last AS (
          SELECT DISTINCT ON (e.task_id) e.task_id, e.version,
                 convert_from(p.record, 'UTF8')::jsonb #> '{data,task_data}' AS told
          FROM audit.entries e JOIN audit.payloads p USING (event_id)
          WHERE e.type LIKE 'todo.task.%' ORDER BY e.task_id, e.version DESC)
        SELECT t.id, t.version, l.version FROM tasks.tasks t LEFT JOIN last l ON l.task_id = t.id
        WHERE l.task_id IS NULL OR l.version <> t.version OR l.told ->> 'title' <> t.title
          OR l.told ->> 'status' <> t.status OR (l.told ->> 'due_at')::timestamptz IS DISTINCT FROM t.due_at
          OR (l.told ->> 'completed_at')::timestamptz IS DISTINCT FROM t.completed_at
          OR (l.told ->> 'deleted_at')::timestamptz IS DISTINCT FROM t.deleted_at""").fetchall()
    return [
        *(
            f"task {task_id} has the versions {found} in the audit"
            for task_id, found in versions.items()
            if found != list(range(1, len(found) + 1))
        ),
        *(f"task {row[0]} is at version {row[1]}, its history tells of {row[2]}" for row in folds),
        *_heads_behind(connection),
    ]


def i7_nothing_acknowledged_is_lost(
    connection: psycopg.Connection[Any], acknowledged: Iterable[tuple[str, int]]
) -> list[str]:
    """Each (task id, version) that a client was told of is in the table and in the audit."""
    versions = {str(row[0]): row[1] for row in connection.execute("SELECT id, version FROM tasks.tasks")}
    audited = {
        (str(row[0]), row[1])
        for row in connection.execute("SELECT task_id, version FROM audit.entries WHERE type LIKE 'todo.task.%'")
    }
    found = []
    for task_id, version in acknowledged:
        if versions.get(task_id, 0) < version:
            found.append(f"task {task_id} was acknowledged at version {version} and is at {versions.get(task_id)}")
        if (task_id, version) not in audited:
            found.append(f"task {task_id} was acknowledged at version {version} and is not in the audit")
    return found


def _heads_behind(connection: psycopg.Connection[Any]) -> list[str]:
    """Name what a consumer has not heard of yet. A task that a test wrote past the ledger has no head anywhere."""
    rows = connection.execute("""
        SELECT 'task', t.id, t.version, h.version FROM tasks.tasks t
          LEFT JOIN recurring.task_heads h ON h.task_id = t.id
        WHERE t.series_id IS NOT NULL AND h.version IS DISTINCT FROM t.version
        UNION ALL
        SELECT 'task', t.id, t.version, h.version FROM tasks.tasks t
          JOIN audit.entries e ON e.task_id = t.id AND e.version = t.version
          LEFT JOIN notifications.task_heads h ON h.task_id = t.id
        WHERE h.version IS DISTINCT FROM t.version
          AND (t.version > 1 OR t.due_date IS NOT NULL OR t.reminders <> '[]')
        UNION ALL
        SELECT 'series', s.id, s.version, least(coalesce(r.version, 0), coalesce(n.version, 0)) FROM tasks.series s
          LEFT JOIN recurring.series_heads r ON r.series_id = s.id
          LEFT JOIN notifications.series_heads n ON n.series_id = s.id
        WHERE least(coalesce(r.version, 0), coalesce(n.version, 0)) <> s.version
        UNION ALL
        SELECT 'account', a.id, a.version, least(coalesce(r.version, 0), coalesce(n.version, 0)) FROM tasks.accounts a
          LEFT JOIN recurring.user_heads r ON r.user_id = a.id
          LEFT JOIN notifications.user_heads n ON n.user_id = a.id
        WHERE least(coalesce(r.version, 0), coalesce(n.version, 0)) <> a.version""").fetchall()
    return [f"the head of {row[0]} {row[1]} is at {row[3]}, it is at {row[2]}" for row in rows]
