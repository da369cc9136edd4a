"""Where people want to be told besides the app, and what was sent there."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"

STATEMENTS = [
    """
CREATE TABLE notifications.channels (
  channel_id uuid PRIMARY KEY,
  user_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('email', 'web_push', 'webhook', 'apprise')),
  name text NOT NULL,
  config jsonb NOT NULL,
  secret bytea,
  messages text[] NOT NULL,
  lane text NOT NULL,
  enabled boolean NOT NULL,
  confirmed_at timestamptz,
  state text NOT NULL DEFAULT 'working' CHECK (state IN ('working', 'failing', 'dead')),
  state_reason text,
  state_since timestamptz NOT NULL DEFAULT clock_timestamp(),
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  version bigint NOT NULL DEFAULT 1
)""",
    "CREATE INDEX channels_of_person ON notifications.channels (user_id, channel_id)",
    """
CREATE TABLE notifications.deliveries (
  delivery_id uuid PRIMARY KEY,
  user_id uuid NOT NULL,
  channel_id uuid NOT NULL,
  lane text NOT NULL,
  turn bigint NOT NULL,
  key text NOT NULL,
  kind text NOT NULL,
  content jsonb NOT NULL,
  state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sent', 'dropped', 'dead')),
  ready boolean NOT NULL DEFAULT true,
  asked boolean NOT NULL DEFAULT false,
  tries int NOT NULL DEFAULT 0,
  claim uuid,
  not_before timestamptz NOT NULL DEFAULT clock_timestamp(),
  last_error text,
  queued_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  settled_at timestamptz,
  version bigint NOT NULL DEFAULT 0,
  CONSTRAINT deliveries_once UNIQUE (channel_id, key)
)""",
    "CREATE INDEX deliveries_ready ON notifications.deliveries (lane, turn) WHERE ready",
    "CREATE INDEX deliveries_waiting ON notifications.deliveries (not_before) WHERE state = 'queued' AND NOT ready",
    "CREATE INDEX deliveries_turns ON notifications.deliveries (lane, user_id, turn) WHERE state = 'queued'",
    "CREATE INDEX deliveries_of_channel ON notifications.deliveries (user_id, channel_id, delivery_id)",
    "CREATE INDEX deliveries_dead ON notifications.deliveries (delivery_id) WHERE state = 'dead'",
    "CREATE INDEX deliveries_settled ON notifications.deliveries (settled_at) WHERE settled_at IS NOT NULL",
    """ALTER TABLE notifications.deliveries SET
  (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000)""",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON notifications.channels, notifications.deliveries TO notifications_app",
]


def upgrade() -> None:
    """Make the tables."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Refuse: what was sent would be forgotten, and people's channels with it."""
    raise NotImplementedError("Channels and the memory of what was sent to them are not thrown away.")
