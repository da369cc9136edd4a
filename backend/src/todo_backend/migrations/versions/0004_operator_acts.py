"""What operators did to this ledger's relay: adopted a database, released or discarded held events."""

from __future__ import annotations

from alembic import op
from event_spine.tables import operator_acts_ddl

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the table."""
    for statement in operator_acts_ddl("tasks", "tasks_app"):
        op.execute(statement)


def downgrade() -> None:
    """Take it away."""
    op.execute("DROP TABLE tasks.operator_acts")
