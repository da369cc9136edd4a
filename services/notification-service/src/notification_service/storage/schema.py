"""Names of the schema."""

from __future__ import annotations

SCHEMA = "notifications"
APP_ROLE = "notifications_app"
