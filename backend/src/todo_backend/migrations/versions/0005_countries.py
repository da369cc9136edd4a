"""Whose public holidays are a person's."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the columns; rights on the table hold for them."""
    op.execute("ALTER TABLE tasks.accounts ADD COLUMN country text, ADD COLUMN region text")


def downgrade() -> None:
    """Take them away."""
    op.execute("ALTER TABLE tasks.accounts DROP COLUMN country, DROP COLUMN region")
