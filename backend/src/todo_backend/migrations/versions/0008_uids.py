"""The names that calendars give to tasks, so that a calendar can be imported again."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the columns and their index; rights on the table hold for them."""
    op.execute("ALTER TABLE tasks.tasks ADD COLUMN uid text, ADD COLUMN uid_digest text")
    op.execute("CREATE INDEX tasks_uid ON tasks.tasks (user_id, uid) WHERE uid IS NOT NULL")


def downgrade() -> None:
    """Take them away."""
    op.execute("ALTER TABLE tasks.tasks DROP COLUMN uid, DROP COLUMN uid_digest")
