"""Which series are paused: while one is, its open occurrence reminds nobody."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"

STATEMENTS = [
    # Null until the task's next event; todo-backend, which is asked before sending, knows in the meantime.
    "ALTER TABLE notifications.task_heads ADD COLUMN series_id uuid",
    """
CREATE INDEX task_heads_of_series ON notifications.task_heads (user_id, series_id)
  WHERE series_id IS NOT NULL AND status = 'open'""",
    """
CREATE TABLE notifications.series_heads (
  user_id uuid NOT NULL,
  series_id uuid NOT NULL,
  version bigint NOT NULL,
  paused boolean NOT NULL,
  PRIMARY KEY (user_id, series_id)
)""",
    "GRANT SELECT, INSERT, UPDATE ON notifications.series_heads TO notifications_app",
]


def upgrade() -> None:
    """Add the table, and to tasks the series that they belong to."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Take both away."""
    op.execute("DROP TABLE notifications.series_heads")
    op.execute("ALTER TABLE notifications.task_heads DROP COLUMN series_id")
