"""Alembic's entry: the tables of recurring-task-service, migrated as the owner of their schema."""

from __future__ import annotations

from recurring_task_service.storage.tables import METADATA
from service_kit import migration_env

migration_env.run(METADATA)
