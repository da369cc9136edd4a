"""Plans that follow from heads, attempts that are claimed for a term, and what people are told in the app."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"

STATEMENTS = [
    # Heads that are here have no plan yet: each is planned once.
    """
ALTER TABLE notifications.task_heads
  ADD COLUMN created_at timestamptz,
  ADD COLUMN plan_stale boolean NOT NULL DEFAULT true""",
    "CREATE INDEX task_heads_stale ON notifications.task_heads (user_id, task_id) WHERE plan_stale",
    "ALTER TABLE notifications.attempts DROP CONSTRAINT attempts_once",
    "ALTER TABLE notifications.attempts DROP CONSTRAINT attempts_state_check",
    """
ALTER TABLE notifications.attempts
  ADD COLUMN claim uuid,
  ADD COLUMN confirmed boolean,
  ADD COLUMN late boolean,
  ADD COLUMN settled_at timestamptz,
  ADD CONSTRAINT attempts_state_check CHECK (state IN ('queued', 'sent', 'dropped', 'dead')),
  ADD CONSTRAINT attempts_once UNIQUE (user_id, task_id, reminder_id, fire_at, channel)""",
    "CREATE INDEX attempts_waiting ON notifications.attempts (not_before) WHERE state = 'queued'",
    "CREATE INDEX attempts_of_person ON notifications.attempts (user_id, fire_at) WHERE state = 'queued'",
    "CREATE INDEX attempts_settled ON notifications.attempts (settled_at) WHERE settled_at IS NOT NULL",
    """
CREATE TABLE notifications.inboxes (
  user_id uuid PRIMARY KEY,
  last_number bigint NOT NULL
)""",
    """
CREATE TABLE notifications.messages (
  user_id uuid NOT NULL,
  number bigint NOT NULL,
  notification_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('reminder', 'digest')),
  key text NOT NULL,
  reminder_id uuid,
  task_id uuid,
  title text NOT NULL,
  remind_at timestamptz NOT NULL,
  due_at timestamptz,
  sent_at timestamptz NOT NULL,
  late boolean NOT NULL,
  confirmed boolean NOT NULL,
  digest jsonb NOT NULL,
  read_at timestamptz,
  PRIMARY KEY (user_id, number),
  CONSTRAINT messages_by_id UNIQUE (user_id, notification_id)
)""",
    # Rows of these two come and go all day: clean early, so that the scans from the left end stay short.
    """ALTER TABLE notifications.due_queue SET
  (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_insert_threshold = -1)""",
    """ALTER TABLE notifications.attempts SET
  (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000)""",
    "GRANT SELECT, INSERT, UPDATE ON notifications.inboxes TO notifications_app",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON notifications.messages TO notifications_app",
]


def upgrade() -> None:
    """Bring the tables of 0001 to what sending needs."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Refuse: what was sent would be forgotten, and sent again."""
    raise NotImplementedError("The memory of what was sent is not thrown away.")
