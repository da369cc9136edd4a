"""Names of the schema."""

from __future__ import annotations

SCHEMA = "recurring"
APP_ROLE = "recurring_app"
