"""What people want of reminders."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"

STATEMENTS = [
    """
CREATE TABLE notifications.preferences (
  user_id uuid PRIMARY KEY,
  version bigint NOT NULL,
  default_hour time NOT NULL,
  default_lead_minutes int,
  lead_since timestamptz,
  quiet_from time,
  quiet_to time,
  agenda_at time,
  review_day int,
  review_at time,
  nag_minutes int NOT NULL,
  nag_most int NOT NULL,
  updated_at timestamptz,
  CONSTRAINT quiet_hours_whole CHECK ((quiet_from IS NULL) = (quiet_to IS NULL)),
  CONSTRAINT review_whole CHECK ((review_day IS NULL) = (review_at IS NULL))
)""",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON notifications.preferences TO notifications_app",
]


def upgrade() -> None:
    """Make the table."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Take it away."""
    op.execute("DROP TABLE notifications.preferences")
