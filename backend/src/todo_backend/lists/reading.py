"""Reading lists."""

from __future__ import annotations

from uuid import UUID

from service_kit.database import Pool

from todo_backend.application.reading import row
from todo_backend.application.table import SCHEMA

_BY_NAME = (
    f"SELECT id FROM {SCHEMA}.lists WHERE user_id = %s AND lower(name) = lower(%s) AND deleted_at IS NULL"
    " ORDER BY position, id LIMIT 1"
)


async def id_by_name(pool: Pool, user_id: UUID, name: str) -> UUID | None:
    """Return the list of that name, letter case ignored."""
    found = await row(pool, _BY_NAME, (user_id, name))
    return None if found is None else found[0]
