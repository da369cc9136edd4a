"""Series that go on after a pause: when they did, and when they shall by themselves."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the two columns; rights on the table hold for them."""
    op.execute("ALTER TABLE tasks.series ADD COLUMN resume_on date, ADD COLUMN resumed_at timestamptz")


def downgrade() -> None:
    """Take them away."""
    op.execute("ALTER TABLE tasks.series DROP COLUMN resume_on, DROP COLUMN resumed_at")
