"""Attempts are numbered by their making (UUIDv7, RFC 9562 §5.7), so that new ones lie together in their index."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"

# As PostgreSQL 18's uuidv7(), which older servers lack.
UUID7 = """(lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0') || '7'
  || substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid"""


def upgrade() -> None:
    """Those that there are keep their ids."""
    op.execute(f"ALTER TABLE notifications.attempts ALTER COLUMN attempt_id SET DEFAULT {UUID7}")


def downgrade() -> None:
    """Take it away again."""
    op.execute("ALTER TABLE notifications.attempts ALTER COLUMN attempt_id SET DEFAULT gen_random_uuid()")
