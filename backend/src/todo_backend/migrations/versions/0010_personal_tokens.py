"""What personal tokens are called and what they may."""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add the columns; a session that is no personal token has neither."""
    op.execute("ALTER TABLE tasks.refresh_tokens ADD COLUMN name text, ADD COLUMN scopes text")


def downgrade() -> None:
    """Take them away, and the tokens with them: without its scopes one would be a session."""
    op.execute("DELETE FROM tasks.refresh_tokens WHERE scopes IS NOT NULL")
    op.execute("ALTER TABLE tasks.refresh_tokens DROP COLUMN name, DROP COLUMN scopes")
