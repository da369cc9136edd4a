"""Heads of tasks and users, the due-queue, attempts, dead letters, and a ledger of its own."""

from __future__ import annotations

from alembic import op
from event_spine.partitions import PartitionedTable, partition_functions_ddl
from event_spine.tables import consumer_ddl, ledger_ddl

revision = "0001"
down_revision = None

SCHEMA = "notifications"
APP_ROLE = "notifications_app"

TABLES = [
    """
CREATE TABLE notifications.task_heads (
  user_id uuid NOT NULL,
  task_id uuid NOT NULL,
  version bigint NOT NULL,
  title text NOT NULL,
  status text NOT NULL,
  due_date date,
  due_time time,
  due_zone text,
  due_at timestamptz,
  start_date date,
  reminders jsonb NOT NULL,
  user_time_zone text NOT NULL,
  deleted_at timestamptz,
  withdrawn_at timestamptz,
  PRIMARY KEY (user_id, task_id)
)""",
    """
CREATE TABLE notifications.user_heads (
  user_id uuid PRIMARY KEY,
  version bigint NOT NULL,
  email text,
  name text NOT NULL,
  time_zone text NOT NULL,
  locale text NOT NULL,
  week_start int NOT NULL,
  deleted_at timestamptz
)""",
    """
CREATE TABLE notifications.due_queue (
  user_id uuid NOT NULL,
  task_id uuid NOT NULL,
  reminder_id uuid NOT NULL,
  revision bigint NOT NULL,
  fire_at timestamptz NOT NULL,
  PRIMARY KEY (user_id, task_id, reminder_id)
)""",
    "CREATE INDEX due_queue_fire_at ON notifications.due_queue (fire_at)",
    """
CREATE TABLE notifications.attempts (
  attempt_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id uuid NOT NULL,
  task_id uuid NOT NULL,
  reminder_id uuid NOT NULL,
  revision bigint NOT NULL,
  fire_at timestamptz NOT NULL,
  channel text NOT NULL,
  state text NOT NULL CHECK (state IN ('queued', 'sent', 'failed', 'dead')),
  tries int NOT NULL DEFAULT 0,
  not_before timestamptz NOT NULL,
  last_error text,
  queued_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT attempts_once UNIQUE (user_id, task_id, reminder_id, revision, fire_at, channel)
)""",
    "GRANT SELECT, INSERT, UPDATE ON notifications.task_heads, notifications.user_heads TO notifications_app",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON notifications.due_queue, notifications.attempts TO notifications_app",
]
LEDGER = PartitionedTable("ledger", days_back=1, days_ahead=14, keep_days=35, guard_table="pending")


def upgrade() -> None:
    """Make the schema's tables."""
    for statement in (
        *TABLES,
        *consumer_ddl(SCHEMA, APP_ROLE),
        *ledger_ddl(SCHEMA, APP_ROLE),
        *partition_functions_ddl(SCHEMA, APP_ROLE, (LEDGER,)),
    ):
        op.execute(statement)


def downgrade() -> None:
    """Refuse: the first migration has nothing before it."""
    raise NotImplementedError("There is nothing before the first migration.")
