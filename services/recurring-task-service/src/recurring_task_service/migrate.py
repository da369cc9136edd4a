"""`python -m recurring_task_service.migrate`: bring the schema `recurring` to the newest revision, as its owner."""

from __future__ import annotations

from pathlib import Path

from service_kit.migration import upgrade_from_environment

from recurring_task_service.storage.schema import SCHEMA

MIGRATIONS = Path(__file__).parent / "migrations"

if __name__ == "__main__":
    upgrade_from_environment(MIGRATIONS, SCHEMA)
