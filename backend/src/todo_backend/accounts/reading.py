"""Reading accounts."""

from __future__ import annotations

from uuid import UUID

from service_kit.database import Pool

from todo_backend.accounts.domain import Account
from todo_backend.application.columns import ACCOUNTS
from todo_backend.application.reading import row
from todo_backend.application.rows import account_of
from todo_backend.application.table import SCHEMA

_BY_EMAIL = f"SELECT {ACCOUNTS.select_list} FROM {SCHEMA}.accounts WHERE email = %s AND deleted_at IS NULL"
_BY_ID = f"SELECT {ACCOUNTS.select_list} FROM {SCHEMA}.accounts WHERE id = %s AND deleted_at IS NULL"


async def account_by_email(pool: Pool, email: str) -> Account | None:
    """Return the account of an address (lower case)."""
    found = await row(pool, _BY_EMAIL, (email,))
    return None if found is None else account_of(found)


async def account_by_id(pool: Pool, user_id: UUID) -> Account | None:
    """Return an account."""
    found = await row(pool, _BY_ID, (user_id,))
    return None if found is None else account_of(found)
