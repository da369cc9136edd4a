"""Entries, their payloads apart, dead letters, partitions.

Raw SQL, since rights and partitions are the point of it: the runtime role inserts and reads, it never changes history.
"""

from __future__ import annotations

from alembic import op
from event_spine.partitions import PartitionedTable, partition_functions_ddl
from event_spine.tables import consumer_ddl

revision = "0001"
down_revision = None

SCHEMA = "audit"
APP_ROLE = "audit_app"

TABLES = [
    """
CREATE TABLE audit.entries (
  event_id uuid NOT NULL,
  topic text NOT NULL,
  type text NOT NULL,
  event_type text,
  user_id uuid,
  list_id uuid,
  task_id uuid,
  aggregate_id uuid,
  version bigint,
  occurred_at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  actor_kind text,
  actor_id text,
  door text,
  causation_id uuid,
  correlation_id uuid,
  digest bytea NOT NULL,
  source_partition int NOT NULL,
  source_offset bigint NOT NULL,
  PRIMARY KEY (event_id)
) PARTITION BY RANGE (event_id)""",
    """
CREATE INDEX entries_of_task ON audit.entries (user_id, task_id, occurred_at, event_id)
  WHERE task_id IS NOT NULL""",
    """
CREATE TABLE audit.payloads (
  event_id uuid NOT NULL,
  record bytea NOT NULL,
  PRIMARY KEY (event_id)
) PARTITION BY RANGE (event_id)""",
    "GRANT SELECT, INSERT ON audit.entries, audit.payloads TO audit_app",
]
PARTITIONED = (
    PartitionedTable("entries", days_back=40, days_ahead=14, keep_days=3660),
    PartitionedTable("payloads", days_back=40, days_ahead=14, keep_days=3660),
)


def upgrade() -> None:
    """Make the schema's tables."""
    for statement in (
        *TABLES,
        *consumer_ddl(SCHEMA, APP_ROLE),
        *partition_functions_ddl(SCHEMA, APP_ROLE, PARTITIONED),
    ):
        op.execute(statement)


def downgrade() -> None:
    """Refuse: history is not undone."""
    raise NotImplementedError("The audit is append-only; restore a backup instead.")
