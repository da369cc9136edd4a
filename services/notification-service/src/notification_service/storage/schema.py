"""Names of the schema."""

from __future__ import annotations

SCHEMA = "notifications"
APP_ROLE = "notifications_app"
RELAY_CHANNEL = "notifications_relay"
"""The NOTIFY channel on which the relay of this ledger listens."""
