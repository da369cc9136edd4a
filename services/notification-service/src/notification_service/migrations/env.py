"""Alembic's entry: the tables of notification-service, migrated as the owner of their schema."""

from __future__ import annotations

from notification_service.storage.tables import METADATA
from service_kit import migration_env

migration_env.run(METADATA)
