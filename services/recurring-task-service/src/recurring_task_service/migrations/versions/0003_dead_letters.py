"""What an operator did with a dead letter: requeued or discarded, when, by whom and why."""

from __future__ import annotations

from alembic import op
from event_spine.tables import settling_ddl, unsettling_ddl

revision = "0003"
down_revision = "0002"

SCHEMA = "recurring"
APP_ROLE = "recurring_app"


def upgrade() -> None:
    """Add the columns and the right to set them; the right to delete a dead letter goes."""
    for statement in settling_ddl(SCHEMA, APP_ROLE):
        op.execute(statement)


def downgrade() -> None:
    """Take them away."""
    for statement in unsettling_ddl(SCHEMA, APP_ROLE):
        op.execute(statement)
