"""What a series does on public holidays."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the column; rights on the table hold for it."""
    op.execute("ALTER TABLE tasks.series ADD COLUMN on_holiday text NOT NULL DEFAULT 'ignore'")


def downgrade() -> None:
    """Take it away."""
    op.execute("ALTER TABLE tasks.series DROP COLUMN on_holiday")
