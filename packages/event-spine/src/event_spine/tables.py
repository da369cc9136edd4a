"""The spine's tables, as statements for a deployable's own migration: each owner has its own copy in its own schema.

Rights are granted table by table. The runtime role may insert into the ledger and read it, never change it.
"""

from __future__ import annotations

from event_spine.partitions import PartitionedTable

LEDGER = PartitionedTable("ledger", days_back=1, days_ahead=14, keep_days=35, guard_table="pending")


def ledger_ddl(schema: str, app_role: str) -> list[str]:
    """Return the statements for ledger, pending, held and relay_lease.

    The caller adds `partition_functions_ddl(schema, app_role, (LEDGER, …))` afterwards.
    """
    return [
        f"""
CREATE TABLE {schema}.ledger (
  event_id uuid NOT NULL,
  topic text NOT NULL,
  stream_key text NOT NULL,
  type text NOT NULL,
  aggregate_id uuid NOT NULL,
  version bigint NOT NULL,
  user_id uuid,
  change bigint,
  record bytea NOT NULL,
  digest bytea NOT NULL,
  PRIMARY KEY (event_id)
) PARTITION BY RANGE (event_id)""",
        f"""
CREATE TABLE {schema}.pending (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event_id uuid NOT NULL,
  topic text NOT NULL,
  stream_key text NOT NULL
)""",
        # Rows live for milliseconds: clean early, so that the relay's range scan stays short.
        f"""ALTER TABLE {schema}.pending SET
  (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_insert_threshold = -1)""",
        f"""
CREATE TABLE {schema}.held (
  topic text NOT NULL,
  stream_key text NOT NULL,
  event_id uuid NOT NULL,
  reason text NOT NULL,
  operator_only boolean NOT NULL,
  attempts int NOT NULL,
  not_before timestamptz NOT NULL,
  held_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (topic, stream_key)
)""",
        f"""
CREATE TABLE {schema}.relay_lease (
  name text PRIMARY KEY,
  owner text NOT NULL,
  epoch bigint NOT NULL,
  expires_at timestamptz NOT NULL,
  system_identifier text NOT NULL,
  timeline_id int NOT NULL
)""",
        f"GRANT SELECT, INSERT ON {schema}.ledger TO {app_role}",
        f"GRANT SELECT, INSERT, DELETE ON {schema}.pending TO {app_role}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON {schema}.held TO {app_role}",
        f"GRANT SELECT, INSERT, UPDATE ON {schema}.relay_lease TO {app_role}",
    ]


def consumer_ddl(schema: str, app_role: str) -> list[str]:
    """Return the statements for a consumer's dead letters: one row per record that could not be handled."""
    return [
        f"""
CREATE TABLE {schema}.dead_letters (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  topic text NOT NULL,
  partition int NOT NULL,
  "offset" bigint NOT NULL,
  event_id uuid,
  reason text NOT NULL,
  detail text NOT NULL,
  attempts int NOT NULL,
  raw bytea NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  UNIQUE (topic, partition, "offset")
)""",
        f"GRANT SELECT, INSERT, DELETE ON {schema}.dead_letters TO {app_role}",
    ]


def settling_ddl(schema: str, app_role: str) -> list[str]:
    """Return the statements with which a consumer's dead letters can be settled by an operator.

    The runtime role marks them and deletes none; the record's bytes and its place cannot be changed.
    """
    settled = "state, reason, detail, attempts, settled_at, settled_by, settled_why"
    return [
        f"""
ALTER TABLE {schema}.dead_letters
  ADD COLUMN state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'requeued', 'discarded')),
  ADD COLUMN settled_at timestamptz,
  ADD COLUMN settled_by text,
  ADD COLUMN settled_why text""",
        f"CREATE INDEX dead_letters_open ON {schema}.dead_letters (id) WHERE state = 'open'",
        f"GRANT UPDATE ({settled}) ON {schema}.dead_letters TO {app_role}",
        f"REVOKE DELETE ON {schema}.dead_letters FROM {app_role}",
    ]


def unsettling_ddl(schema: str, app_role: str) -> list[str]:
    """Return the statements that undo `settling_ddl`."""
    return [
        f"GRANT DELETE ON {schema}.dead_letters TO {app_role}",
        f"DROP INDEX {schema}.dead_letters_open",
        f"""
ALTER TABLE {schema}.dead_letters
  DROP COLUMN state, DROP COLUMN settled_at, DROP COLUMN settled_by, DROP COLUMN settled_why""",
    ]


def operator_acts_ddl(schema: str, app_role: str) -> list[str]:
    """Return the statements for a consumer's record of what operators did to it as a whole: who, what, and how much."""
    return [
        f"""
CREATE TABLE {schema}.operator_acts (
  id uuid PRIMARY KEY,
  act text NOT NULL,
  done_by text NOT NULL,
  told jsonb NOT NULL,
  events bigint NOT NULL,
  refused bigint NOT NULL,
  began_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  last_at timestamptz NOT NULL DEFAULT clock_timestamp()
)""",
        f"GRANT SELECT, INSERT, UPDATE (told, events, refused, last_at) ON {schema}.operator_acts TO {app_role}",
    ]
