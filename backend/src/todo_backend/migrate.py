"""`python -m todo_backend.migrate`: bring the schema `tasks` to the newest revision, as its owner."""

from __future__ import annotations

from pathlib import Path

from service_kit.migration import upgrade_from_environment

from todo_backend.storage import SCHEMA

MIGRATIONS = Path(__file__).parent / "migrations"

if __name__ == "__main__":
    upgrade_from_environment(MIGRATIONS, SCHEMA)
