"""A position for every entry, in the order of arrival, and seals over ranges of positions.

The position comes from a sequence, and the index on it is a BRIN one: it grows with the table's pages and not with its
rows, so that recording pays for neither. Giving the entries that are there their positions writes them anew; meanwhile
nothing is recorded: deliveries fail, wait in Kafka and are recorded afterwards.
"""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"

STATEMENTS = (
    "CREATE SEQUENCE audit.positions AS bigint",
    "ALTER TABLE audit.entries ADD COLUMN position bigint NOT NULL DEFAULT nextval('audit.positions')",
    """
CREATE INDEX entries_by_position ON audit.entries USING brin (position)
  WITH (pages_per_range = 16, autosummarize = on)""",
    "GRANT USAGE, SELECT ON SEQUENCE audit.positions TO audit_app",
    """
CREATE TABLE audit.seals (
  number bigint NOT NULL,
  statement bytea NOT NULL,
  signature bytea NOT NULL,
  PRIMARY KEY (number)
)""",
    "GRANT SELECT, INSERT ON audit.seals TO audit_app",
)


def upgrade() -> None:
    """Add them."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Take them away; what was sealed stays published."""
    op.execute("DROP TABLE audit.seals")
    op.execute("DROP INDEX audit.entries_by_position")
    op.execute("ALTER TABLE audit.entries DROP COLUMN position")
    op.execute("DROP SEQUENCE audit.positions")
