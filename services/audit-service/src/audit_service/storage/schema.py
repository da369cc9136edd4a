"""Names of the schema, and which of its tables are partitioned by range of event id."""

from __future__ import annotations

from event_spine.partitions import PartitionedTable

SCHEMA = "audit"
APP_ROLE = "audit_app"

DAYS_BACK = 40
"""How far back an event may come from: the longest topic keeps 30 days; older is a dead letter `out_of_range`."""
DAYS_AHEAD = 14
KEEP_DAYS = 3660
"""Ten years of history; whole days older than that are dropped."""

PARTITIONED = (
    PartitionedTable("entries", DAYS_BACK, DAYS_AHEAD, KEEP_DAYS),
    PartitionedTable("payloads", DAYS_BACK, DAYS_AHEAD, KEEP_DAYS),
)
