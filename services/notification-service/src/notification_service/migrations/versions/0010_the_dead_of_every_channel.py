"""What was given up is listed by when, in the app as in channels, and an attempt counts its events."""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"

STATEMENTS = [
    "DROP INDEX notifications.deliveries_dead",
    "CREATE INDEX deliveries_dead ON notifications.deliveries (settled_at, delivery_id) WHERE state = 'dead'",
    "CREATE INDEX attempts_dead ON notifications.attempts (settled_at, attempt_id) WHERE state = 'dead'",
    # Of attempts that are dead already the one event is in the ledger.
    "ALTER TABLE notifications.attempts ADD COLUMN version bigint NOT NULL DEFAULT 0",
    "UPDATE notifications.attempts SET version = 1 WHERE state = 'dead'",
]


def upgrade() -> None:
    """Add the column and the indexes."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Take them away again."""
    op.execute("ALTER TABLE notifications.attempts DROP COLUMN version")
    op.execute("DROP INDEX notifications.attempts_dead")
    op.execute("DROP INDEX notifications.deliveries_dead")
    op.execute("CREATE INDEX deliveries_dead ON notifications.deliveries (delivery_id) WHERE state = 'dead'")
