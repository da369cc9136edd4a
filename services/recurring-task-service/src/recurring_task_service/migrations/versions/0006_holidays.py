"""Whose public holidays are a user's, what a series does on them, and which ones a wish was derived with."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"

SERIES = ("series_heads", "next_series_heads")
USERS = ("user_heads", "next_user_heads")


def upgrade() -> None:
    """Add the columns, to the tables beside as well; rights on the tables hold for them."""
    for name in SERIES:
        op.execute(f"ALTER TABLE recurring.{name} ADD COLUMN on_holiday text NOT NULL DEFAULT 'ignore'")
    for name in USERS:
        op.execute(f"ALTER TABLE recurring.{name} ADD COLUMN country text, ADD COLUMN region text")
    op.execute("ALTER TABLE recurring.wanted ADD COLUMN holidays text NOT NULL DEFAULT ''")


def downgrade() -> None:
    """Take them away."""
    op.execute("ALTER TABLE recurring.wanted DROP COLUMN holidays")
    for name in USERS:
        op.execute(f"ALTER TABLE recurring.{name} DROP COLUMN country, DROP COLUMN region")
    for name in SERIES:
        op.execute(f"ALTER TABLE recurring.{name} DROP COLUMN on_holiday")
