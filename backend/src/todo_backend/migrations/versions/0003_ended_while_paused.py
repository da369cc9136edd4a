"""Series that ended while they were paused: restored, they are paused again."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the column; rights on the table hold for it."""
    op.execute("ALTER TABLE tasks.series ADD COLUMN ended_paused boolean NOT NULL DEFAULT false")


def downgrade() -> None:
    """Take it away."""
    op.execute("ALTER TABLE tasks.series DROP COLUMN ended_paused")
