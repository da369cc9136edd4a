"""Indexes for a person's history across tasks, and for all that came of one request.

An index on the parent is made on every partition, and those made later take it over. While it is built nothing is
recorded: deliveries fail, wait in Kafka and are recorded afterwards.
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the indexes."""
    op.execute("CREATE INDEX entries_of_user ON audit.entries (user_id, occurred_at, event_id)")
    op.execute(
        "CREATE INDEX entries_of_request ON audit.entries (user_id, correlation_id, occurred_at, event_id)"
        " WHERE correlation_id IS NOT NULL"
    )


def downgrade() -> None:
    """Take them away."""
    op.execute("DROP INDEX audit.entries_of_request, audit.entries_of_user")
