"""What opening by schedule and going on after a pause need to know."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the columns; rights on the tables hold for them."""
    op.execute(
        "ALTER TABLE recurring.task_heads ADD COLUMN due_time time, ADD COLUMN due_zone text,"
        " ADD COLUMN start_date date, ADD COLUMN reminders jsonb NOT NULL DEFAULT '[]'"
    )
    op.execute("ALTER TABLE recurring.series_heads ADD COLUMN resume_on date, ADD COLUMN resumed_at timestamptz")


def downgrade() -> None:
    """Take them away."""
    op.execute(
        "ALTER TABLE recurring.task_heads DROP COLUMN due_time, DROP COLUMN due_zone, DROP COLUMN start_date,"
        " DROP COLUMN reminders"
    )
    op.execute("ALTER TABLE recurring.series_heads DROP COLUMN resume_on, DROP COLUMN resumed_at")
