"""Heads of tasks, series and users; what is wanted; dead letters."""

from __future__ import annotations

from alembic import op
from event_spine.tables import consumer_ddl

revision = "0001"
down_revision = None

SCHEMA = "recurring"
APP_ROLE = "recurring_app"

TABLES = [
    """
CREATE TABLE recurring.task_heads (
  user_id uuid NOT NULL,
  task_id uuid NOT NULL,
  version bigint NOT NULL,
  series_id uuid,
  status text NOT NULL,
  occurrence_key text,
  occurrence_number int,
  due_date date,
  closed_at timestamptz,
  deleted_at timestamptz,
  withdrawn_at timestamptz,
  user_time_zone text NOT NULL,
  event_id uuid,
  correlation_id uuid,
  traceparent text,
  PRIMARY KEY (user_id, task_id)
)""",
    "CREATE INDEX task_heads_of_series ON recurring.task_heads (user_id, series_id)",
    """
CREATE TABLE recurring.series_heads (
  user_id uuid NOT NULL,
  series_id uuid NOT NULL,
  version bigint NOT NULL,
  status text NOT NULL,
  rrule text NOT NULL,
  anchor text NOT NULL,
  missed text NOT NULL,
  trigger text NOT NULL,
  exdates text[] NOT NULL,
  rdates text[] NOT NULL,
  start_date date NOT NULL,
  start_time time,
  start_zone text NOT NULL,
  PRIMARY KEY (user_id, series_id)
)""",
    """
CREATE TABLE recurring.user_heads (
  user_id uuid PRIMARY KEY,
  version bigint NOT NULL,
  time_zone text NOT NULL,
  week_start int NOT NULL,
  deleted_at timestamptz
)""",
    """
CREATE TABLE recurring.wanted (
  user_id uuid NOT NULL,
  series_id uuid NOT NULL,
  predecessor_id uuid NOT NULL,
  predecessor_version bigint NOT NULL,
  series_version bigint NOT NULL,
  not_before timestamptz NOT NULL DEFAULT clock_timestamp(),
  attempts int NOT NULL DEFAULT 0,
  claim uuid,
  last_error text,
  PRIMARY KEY (user_id, series_id)
) WITH (fillfactor = 50)""",
    "CREATE INDEX wanted_due ON recurring.wanted (not_before)",
    "GRANT SELECT, INSERT, UPDATE ON recurring.series_heads, recurring.user_heads TO recurring_app",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON recurring.task_heads, recurring.wanted TO recurring_app",
]


def upgrade() -> None:
    """Make the schema's tables."""
    for statement in (*TABLES, *consumer_ddl(SCHEMA, APP_ROLE)):
        op.execute(statement)


def downgrade() -> None:
    """Refuse: the first migration has nothing before it."""
    raise NotImplementedError("There is nothing before the first migration.")
