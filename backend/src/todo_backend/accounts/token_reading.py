"""Reading personal tokens."""

from __future__ import annotations

from uuid import UUID

from service_kit.database import Pool

from todo_backend.accounts.domain import Session
from todo_backend.application.columns import SESSIONS
from todo_backend.application.reading import row, rows
from todo_backend.application.rows import session_of
from todo_backend.application.table import SCHEMA

_LIVE = "ended_at IS NULL AND expires_at > clock_timestamp() AND scopes IS NOT NULL"
_IS_LIVE = f"SELECT 1 FROM {SCHEMA}.refresh_tokens WHERE family = %s AND user_id = %s AND {_LIVE}"
_EVERY = (
    f"SELECT {SESSIONS.select_list} FROM {SCHEMA}.refresh_tokens WHERE user_id = %s AND {_LIVE} "
    "ORDER BY created_at DESC, family LIMIT 200"
)


async def is_live(pool: Pool, user_id: UUID, token_id: UUID) -> bool:
    """Say whether a personal token is still good."""
    return await row(pool, _IS_LIVE, (token_id, user_id)) is not None


async def every(pool: Pool, user_id: UUID) -> list[Session]:
    """Return the tokens of a person that are good, newest first."""
    return [session_of(found) for found in await rows(pool, _EVERY, (user_id,))]
