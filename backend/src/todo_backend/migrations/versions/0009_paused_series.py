"""An index of the series that are paused, so that a page can show them beside what is open."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the index."""
    op.execute("CREATE INDEX series_paused ON tasks.series (user_id, id) WHERE status = 'paused'")


def downgrade() -> None:
    """Take it away."""
    op.execute("DROP INDEX tasks.series_paused")
