"""The past of a series in its order, and what was done by day."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Put the order of occurrences into the index of series, and add one of what was done."""
    op.execute(
        "CREATE INDEX tasks_occurrences ON tasks.tasks (user_id, series_id, occurrence_number, id) "
        "WHERE series_id IS NOT NULL"
    )
    op.execute("DROP INDEX tasks.tasks_series")
    op.execute(
        "CREATE INDEX tasks_done ON tasks.tasks (user_id, completed_at) WHERE status = 'done' AND deleted_at IS NULL"
    )


def downgrade() -> None:
    """Take them away."""
    op.execute("DROP INDEX tasks.tasks_done")
    op.execute("CREATE INDEX tasks_series ON tasks.tasks (user_id, series_id) WHERE series_id IS NOT NULL")
    op.execute("DROP INDEX tasks.tasks_occurrences")
