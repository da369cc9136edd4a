"""What operators did to this consumer as a whole: who replayed or rebuilt what, and how much."""

from __future__ import annotations

from alembic import op
from event_spine.tables import operator_acts_ddl

revision = "0005"
down_revision = "0004"

SCHEMA = "audit"
APP_ROLE = "audit_app"


def upgrade() -> None:
    """Make the table."""
    for statement in operator_acts_ddl(SCHEMA, APP_ROLE):
        op.execute(statement)


def downgrade() -> None:
    """Take it away."""
    op.execute(f"DROP TABLE {SCHEMA}.operator_acts")
