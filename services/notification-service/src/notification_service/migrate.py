"""`python -m notification_service.migrate`: bring the schema `notifications` to the newest revision, as its owner."""

from __future__ import annotations

from pathlib import Path

from service_kit.migration import upgrade_from_environment

from notification_service.storage.schema import SCHEMA

MIGRATIONS = Path(__file__).parent / "migrations"

if __name__ == "__main__":
    upgrade_from_environment(MIGRATIONS, SCHEMA)
