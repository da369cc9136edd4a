"""An index for what followed from an event. As with the indexes before it, recording waits while it is built."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the index; most events have no cause and are not in it."""
    op.execute(
        "CREATE INDEX entries_of_cause ON audit.entries (user_id, causation_id, occurred_at, event_id)"
        " WHERE causation_id IS NOT NULL"
    )


def downgrade() -> None:
    """Take it away."""
    op.execute("DROP INDEX audit.entries_of_cause")
