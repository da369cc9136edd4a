"""Reminders that were put off or held, appointments for summaries, and why somebody was told."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"

STATEMENTS = [
    """
CREATE TABLE notifications.snoozes (
  user_id uuid NOT NULL,
  task_id uuid NOT NULL,
  reminder_id uuid NOT NULL,
  until timestamptz NOT NULL,
  made_at timestamptz NOT NULL,
  PRIMARY KEY (user_id, task_id)
)""",
    """
CREATE TABLE notifications.appointments (
  user_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('agenda', 'review')),
  fire_at timestamptz NOT NULL,
  last_day date,
  PRIMARY KEY (user_id, kind)
)""",
    "CREATE INDEX appointments_fire_at ON notifications.appointments (fire_at)",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON notifications.snoozes, notifications.appointments TO notifications_app",
    "ALTER TABLE notifications.attempts ADD COLUMN held boolean NOT NULL DEFAULT false",
    # Null until the task's next event, or a rebuild.
    "ALTER TABLE notifications.task_heads ADD COLUMN completed_at timestamptz",
    "ALTER TABLE notifications.next_task_heads ADD COLUMN completed_at timestamptz",
    "ALTER TABLE notifications.messages ADD COLUMN because jsonb, ADD COLUMN summary jsonb NOT NULL DEFAULT '[]'",
    "ALTER TABLE notifications.messages DROP CONSTRAINT messages_kind_check",
    """
ALTER TABLE notifications.messages ADD CONSTRAINT messages_kind_check
  CHECK (kind IN ('reminder', 'digest', 'agenda', 'review'))""",
]


def upgrade() -> None:
    """Add the tables and columns."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Refuse: people were told of days and weeks, which the tables before this cannot hold."""
    raise NotImplementedError("What people were told is not thrown away.")
