"""The statements of execute(): each one set-based, each text made once so that PostgreSQL may keep its plan."""

from __future__ import annotations

from functools import cache
from typing import LiteralString, cast

from event_spine.ledger import ledger_cte

from todo_backend.application.columns import ACCOUNTS, LISTS, SERIES, SESSIONS, TASKS
from todo_backend.application.table import SCHEMA


def own(text: str) -> LiteralString:
    """Vouch for a statement: it is made of our own names only, every value is a parameter."""
    return cast("LiteralString", text)


CLAIM_KEY = f"""
INSERT INTO {SCHEMA}.idempotency_keys AS k (user_id, key, fingerprint, expires_at)
VALUES (%(user_id)s, %(key)s, %(fingerprint)s, clock_timestamp() + interval '24 hours')
ON CONFLICT (user_id, key) DO UPDATE
  SET fingerprint = excluded.fingerprint, expires_at = excluded.expires_at, status = NULL, headers = NULL, body = NULL
  WHERE k.expires_at < clock_timestamp()
RETURNING true"""

READ_KEY = f"""
SELECT fingerprint, status, headers, body FROM {SCHEMA}.idempotency_keys
WHERE user_id = %(user_id)s AND key = %(key)s"""

LOAD_ACCOUNT = f"""
SELECT clock_timestamp(), {ACCOUNTS.select_list} FROM (SELECT 1) AS one
LEFT JOIN {SCHEMA}.accounts ON accounts.id = %(user_id)s AND accounts.deleted_at IS NULL"""

LOCK_ACCOUNT = f"SELECT 1 FROM {SCHEMA}.accounts WHERE id = %(user_id)s FOR NO KEY UPDATE"

LOCK_SERIES = f"""
SELECT {SERIES.select_list} FROM {SCHEMA}.series
WHERE user_id = %(user_id)s AND id IN (
  SELECT unnest(%(series)s::uuid[])
  UNION ALL
  SELECT series_id FROM {SCHEMA}.tasks
  WHERE user_id = %(user_id)s AND id = ANY(%(tasks)s::uuid[]) AND series_id IS NOT NULL)
ORDER BY id FOR NO KEY UPDATE"""

LOCK_LISTS = f"""
SELECT {LISTS.select_list} FROM {SCHEMA}.lists
WHERE user_id = %(user_id)s AND id = ANY(%(lists)s::uuid[]) AND deleted_at IS NULL ORDER BY id FOR SHARE"""

LOCK_ALL_LISTS = f"""
SELECT {LISTS.select_list} FROM {SCHEMA}.lists
WHERE user_id = %(user_id)s AND (deleted_at IS NULL OR id = ANY(%(lists)s::uuid[])) ORDER BY id FOR NO KEY UPDATE"""

LOCK_TASKS = f"""
SELECT {TASKS.select_list} FROM {SCHEMA}.tasks
WHERE user_id = %(user_id)s AND id = ANY(%(tasks)s::uuid[]) ORDER BY id FOR NO KEY UPDATE"""

LOCK_OCCURRENCES = f"""
SELECT {TASKS.select_list} FROM {SCHEMA}.tasks
WHERE user_id = %(user_id)s AND (
  id = ANY(%(tasks)s::uuid[])
  OR (series_id IN (SELECT unnest(%(series)s::uuid[]) UNION ALL
        SELECT series_id FROM {SCHEMA}.tasks WHERE user_id = %(user_id)s AND id = ANY(%(tasks)s::uuid[]))
      AND ((%(successors)s AND predecessor_id = ANY(%(tasks)s::uuid[]) AND withdrawn_at IS NULL)
        OR (%(open_occurrences)s AND status = 'open' AND deleted_at IS NULL AND withdrawn_at IS NULL)
        OR (%(unfinished)s AND status = 'open' AND withdrawn_at IS NULL)
        OR (%(newest)s AND id = (
          SELECT n.id FROM {SCHEMA}.tasks AS n
          WHERE n.user_id = tasks.user_id AND n.series_id = tasks.series_id AND n.withdrawn_at IS NULL
          ORDER BY n.occurrence_number DESC, n.id DESC LIMIT 1)))))
ORDER BY id FOR NO KEY UPDATE"""

_NAMED_BY_UID = """
tasks.user_id = %(user_id)s AND tasks.deleted_at IS NULL AND tasks.withdrawn_at IS NULL
  AND (tasks.uid = ANY(%(uids)s::text[]) OR tasks.id = ANY(%(own_uids)s::uuid[])
    OR tasks.series_id = ANY(%(own_uids)s::uuid[]))"""

LOCK_SERIES_OF_UIDS = f"""
SELECT {SERIES.select_list} FROM {SCHEMA}.series
WHERE user_id = %(user_id)s AND id IN (SELECT series_id FROM {SCHEMA}.tasks WHERE {_NAMED_BY_UID})
ORDER BY id FOR NO KEY UPDATE"""

LOCK_TASKS_OF_UIDS = f"""
SELECT {TASKS.select_list} FROM {SCHEMA}.tasks
WHERE user_id = %(user_id)s AND id IN (
  SELECT id FROM {SCHEMA}.tasks WHERE {_NAMED_BY_UID} AND status = 'open'
  UNION ALL
  SELECT max(id::text)::uuid FROM {SCHEMA}.tasks WHERE {_NAMED_BY_UID} GROUP BY uid, coalesce(series_id, id))
ORDER BY id FOR NO KEY UPDATE"""

LOCK_ACT = f"""
SELECT id, kind, writes, created_at, expires_at, undone_at FROM {SCHEMA}.acts
WHERE user_id = %(user_id)s AND id = %(act)s AND expires_at > clock_timestamp() FOR NO KEY UPDATE"""

LOCK_SESSION = f"""
SELECT {SESSIONS.select_list} FROM {SCHEMA}.refresh_tokens WHERE family = %(session)s FOR NO KEY UPDATE"""

RAISE_COUNTER = f"""
UPDATE {SCHEMA}.change_counters
SET value = value + 1, at = greatest(clock_timestamp(), at + interval '1 microsecond')
WHERE user_id = %(user_id)s RETURNING value, at"""

COUNTER_CTE = f"""
counter_rows AS (INSERT INTO {SCHEMA}.change_counters (user_id, value, at) VALUES (%(user_id)s, 1, %(occurred_at)s))"""

ACTS_CTE = f"""
act_rows AS (INSERT INTO {SCHEMA}.acts (user_id, id, kind, writes, created_at, expires_at)
  SELECT user_id, id, kind, writes, created_at, created_at + interval '24 hours' FROM jsonb_to_recordset(%(acts_new)s)
    AS r(user_id uuid, id uuid, kind text, writes jsonb, created_at timestamptz))"""

UNDONE_CTE = f"""
undone_rows AS (UPDATE {SCHEMA}.acts SET undone_at = %(occurred_at)s WHERE user_id = %(user_id)s AND id = %(undone)s)"""

ANSWER_CTE = f"""
answer_rows AS (UPDATE {SCHEMA}.idempotency_keys
  SET status = %(answer_status)s, headers = %(answer_headers)s::jsonb, body = %(answer_body)s
  WHERE user_id = %(user_id)s AND key = %(key)s)"""

UPDATE_TASKS = TASKS.update_statement()
UPDATE_SERIES = SERIES.update_statement()
UPDATE_LISTS = LISTS.update_statement()
UPDATE_ACCOUNTS = ACCOUNTS.update_statement()
UPDATE_SESSIONS = f"""
UPDATE {SCHEMA}.refresh_tokens AS t
SET generation = r.generation, token_hash = r.token_hash, rotated_at = r.rotated_at, expires_at = r.expires_at,
    ended_at = r.ended_at, end_reason = r.end_reason
FROM jsonb_to_recordset(%(rows)s::jsonb) AS r({SESSIONS.record}) WHERE t.family = r.family"""

LOAD_ACCOUNTS = f"""
SELECT clock_timestamp(), {ACCOUNTS.select_list} FROM {SCHEMA}.accounts
WHERE id = ANY(%(users)s) AND deleted_at IS NULL"""

# Who is writing at this moment is left out, so that one person's transaction never holds up a stranger's.
RAISE_COUNTERS = f"""
WITH free AS (
  SELECT user_id FROM {SCHEMA}.change_counters WHERE user_id = ANY(%(users)s) FOR NO KEY UPDATE SKIP LOCKED)
UPDATE {SCHEMA}.change_counters AS c
SET value = c.value + a.acts, at = greatest(clock_timestamp(), c.at + a.acts * interval '1 microsecond')
FROM unnest(%(users)s, %(acts)s) AS a(user_id, acts) JOIN free USING (user_id) WHERE c.user_id = a.user_id
RETURNING c.user_id, c.value, c.at"""

_INSERTS: dict[str, str] = {
    "acts": ACTS_CTE,
    **{table.name: table.insert_cte() for table in (ACCOUNTS, SESSIONS, SERIES, LISTS, TASKS)},
}


@cache
def tail(inserts: tuple[str, ...], extras: tuple[str, ...], with_events: bool) -> str:
    """Return the last statement of a transaction: new rows, `extras` (counter, undone, answer), ledger and pending."""
    known = {"counter": COUNTER_CTE, "undone": UNDONE_CTE, "answer": ANSWER_CTE}
    parts = [_INSERTS[name] for name in inserts] + [known[name] for name in extras]
    if with_events:
        parts.append(ledger_cte(SCHEMA))
    return f"WITH {', '.join(parts)} SELECT 1"
