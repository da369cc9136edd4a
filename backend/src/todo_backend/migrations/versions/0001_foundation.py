"""Accounts, tasks, series, lists, acts, idempotency keys, ledger.

Raw SQL, since rights, partitions and partial indexes are the point of it.
"""

from __future__ import annotations

from alembic import op
from event_spine.partitions import partition_functions_ddl
from event_spine.tables import LEDGER, ledger_ddl

revision = "0001"
down_revision = None

SCHEMA = "tasks"
APP_ROLE = "tasks_app"

TABLES = """
CREATE TABLE tasks.accounts (
  id uuid PRIMARY KEY,
  email text NOT NULL,
  name text NOT NULL,
  password_hash text NOT NULL,
  time_zone text NOT NULL,
  locale text NOT NULL,
  week_start int NOT NULL CHECK (week_start BETWEEN 0 AND 6),
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  deleted_at timestamptz
);
CREATE UNIQUE INDEX accounts_email ON tasks.accounts (email);

CREATE TABLE tasks.refresh_tokens (
  family uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES tasks.accounts (id),
  generation int NOT NULL,
  token_hash bytea NOT NULL,
  created_at timestamptz NOT NULL,
  rotated_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  ended_at timestamptz,
  end_reason text
);
CREATE INDEX refresh_tokens_user ON tasks.refresh_tokens (user_id);
CREATE INDEX refresh_tokens_expiry ON tasks.refresh_tokens (expires_at);

CREATE TABLE tasks.change_counters (
  user_id uuid PRIMARY KEY,
  value bigint NOT NULL,
  at timestamptz NOT NULL,
  purged_through bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

CREATE TABLE tasks.lists (
  user_id uuid NOT NULL,
  id uuid NOT NULL,
  name text NOT NULL,
  position double precision NOT NULL,
  version bigint NOT NULL,
  change bigint NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  deleted_at timestamptz,
  PRIMARY KEY (user_id, id)
);
CREATE INDEX lists_change ON tasks.lists (user_id, change);

CREATE TABLE tasks.series (
  user_id uuid NOT NULL,
  id uuid NOT NULL,
  stream_key uuid NOT NULL,
  status text NOT NULL CHECK (status IN ('active', 'paused', 'ended')),
  rrule text NOT NULL,
  anchor text NOT NULL CHECK (anchor IN ('schedule', 'completion')),
  missed text NOT NULL CHECK (missed IN ('next', 'each')),
  trigger text NOT NULL CHECK (trigger IN ('on_completion', 'on_schedule')),
  exdates text[] NOT NULL,
  rdates text[] NOT NULL,
  start_date date NOT NULL,
  start_time time,
  start_zone text NOT NULL,
  end_reason text,
  split_from uuid,
  template jsonb,
  occurrences int NOT NULL,
  passed_over int NOT NULL,
  version bigint NOT NULL,
  change bigint NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (user_id, id)
);
CREATE INDEX series_change ON tasks.series (user_id, change);

CREATE TABLE tasks.tasks (
  user_id uuid NOT NULL,
  id uuid NOT NULL,
  stream_key uuid NOT NULL,
  title text NOT NULL,
  notes text NOT NULL,
  list_id uuid,
  status text NOT NULL CHECK (status IN ('open', 'done', 'skipped', 'missed')),
  priority text NOT NULL CHECK (priority IN ('none', 'low', 'medium', 'high', 'urgent')),
  tags text[] NOT NULL,
  due_date date,
  due_time time,
  due_zone text,
  due_at timestamptz,
  start_date date,
  subtasks jsonb NOT NULL,
  reminders jsonb NOT NULL,
  series_id uuid,
  occurrence_key text,
  occurrence_number int,
  predecessor_id uuid,
  passed_over int NOT NULL,
  trigger text,
  missed text,
  opens_at timestamptz,
  position double precision NOT NULL,
  version bigint NOT NULL,
  change bigint NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  completed_at timestamptz,
  deleted_at timestamptz,
  withdrawn_at timestamptz,
  search tsvector NOT NULL GENERATED ALWAYS AS (
    setweight(to_tsvector('pg_catalog.simple'::regconfig, title), 'A') ||
    setweight(to_tsvector('pg_catalog.simple'::regconfig, notes), 'B')) STORED,
  PRIMARY KEY (user_id, id)
);
CREATE INDEX tasks_change ON tasks.tasks (user_id, change);
CREATE INDEX tasks_created ON tasks.tasks (user_id, id) WHERE deleted_at IS NULL;
CREATE INDEX tasks_due ON tasks.tasks (user_id, due_at, id) WHERE deleted_at IS NULL;
CREATE INDEX tasks_open_due ON tasks.tasks (user_id, due_at, id) WHERE deleted_at IS NULL AND status = 'open';
CREATE INDEX tasks_updated ON tasks.tasks (user_id, updated_at, id) WHERE deleted_at IS NULL;
CREATE INDEX tasks_position ON tasks.tasks (user_id, position, id) WHERE deleted_at IS NULL;
CREATE INDEX tasks_list ON tasks.tasks (user_id, list_id, id) WHERE list_id IS NOT NULL;
CREATE INDEX tasks_series ON tasks.tasks (user_id, series_id) WHERE series_id IS NOT NULL;
CREATE INDEX tasks_tags ON tasks.tasks USING gin (tags);
CREATE INDEX tasks_search ON tasks.tasks USING gin (search);
CREATE INDEX tasks_deleted ON tasks.tasks (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE UNIQUE INDEX tasks_one_successor ON tasks.tasks (user_id, series_id, predecessor_id)
  WHERE predecessor_id IS NOT NULL AND withdrawn_at IS NULL;
CREATE UNIQUE INDEX tasks_one_open_occurrence ON tasks.tasks (user_id, series_id)
  WHERE series_id IS NOT NULL AND status = 'open' AND deleted_at IS NULL AND withdrawn_at IS NULL
    AND NOT (trigger = 'on_schedule' AND missed = 'each');

CREATE TABLE tasks.acts (
  user_id uuid NOT NULL,
  id uuid NOT NULL,
  kind text NOT NULL,
  writes jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  undone_at timestamptz,
  PRIMARY KEY (user_id, id)
);
CREATE INDEX acts_expiry ON tasks.acts (expires_at);

CREATE TABLE tasks.idempotency_keys (
  user_id uuid NOT NULL,
  key text NOT NULL,
  fingerprint bytea NOT NULL,
  status int,
  headers jsonb,
  body bytea,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (user_id, key)
);
CREATE INDEX idempotency_keys_expiry ON tasks.idempotency_keys (expires_at);
"""

RIGHTS = {
    "accounts": "SELECT, INSERT, UPDATE",
    "refresh_tokens": "SELECT, INSERT, UPDATE, DELETE",
    "change_counters": "SELECT, INSERT, UPDATE",
    "lists": "SELECT, INSERT, UPDATE",
    "series": "SELECT, INSERT, UPDATE",
    "tasks": "SELECT, INSERT, UPDATE",
    "acts": "SELECT, INSERT, UPDATE, DELETE",
    "idempotency_keys": "SELECT, INSERT, UPDATE, DELETE",
}


def upgrade() -> None:
    """Make the tables, the ledger with its partitions, and what the runtime role may do with each."""
    for statement in TABLES.split(";\n"):
        if statement.strip():
            op.execute(statement)
    for table, rights in RIGHTS.items():
        op.execute(f"GRANT {rights} ON {SCHEMA}.{table} TO {APP_ROLE}")
    for statement in (*ledger_ddl(SCHEMA, APP_ROLE), *partition_functions_ddl(SCHEMA, APP_ROLE, (LEDGER,))):
        op.execute(statement)


def downgrade() -> None:
    """Refuse: the first migration has nothing before it."""
    raise NotImplementedError("There is nothing before the first migration.")
