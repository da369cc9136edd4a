"""Tables beside those of heads, for rebuilding them while the live ones serve."""

from __future__ import annotations

from alembic import op
from event_spine.takeover import BESIDE, beside_ddl

revision = "0005"
down_revision = "0004"

SCHEMA = "recurring"
APP_ROLE = "recurring_app"
TABLES = ("task_heads", "series_heads", "user_heads")


def upgrade() -> None:
    """Make them, with the rights that taking over needs."""
    for statement in beside_ddl(SCHEMA, APP_ROLE, TABLES):
        op.execute(statement)


def downgrade() -> None:
    """Take them away."""
    for name in ("rebuild", *(f"{BESIDE}{name}" for name in TABLES)):
        op.execute(f"DROP TABLE {SCHEMA}.{name}")
