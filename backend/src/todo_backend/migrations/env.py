"""Alembic's entry: the backend's tables, migrated as the owner of their schema."""

from __future__ import annotations

from service_kit import migration_env
from todo_backend.all_tables import METADATA

migration_env.run(METADATA)
