"""Who acts by a tool, when, and with what: made by a door from a verified token."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from task_language import Moment

from todo_backend.accounts.domain import Account
from todo_backend.accounts.reading import account_by_id
from todo_backend.accounts.tokens import Scope
from todo_backend.application.change import Idempotency, Origin
from todo_backend.doors.here_and_now import moment_of
from todo_backend.doors.services import Services
from todo_backend.doors.tools.acts import Acts, NextKey
from todo_backend.errors import AccountGone


@dataclass(frozen=True, slots=True)
class Acting:
    """One call of a tool: the person it is for, their here and now, and their acts."""

    services: Services
    account: Account
    moment: Moment
    acts: Acts
    scopes: AbstractSet[Scope]

    @property
    def user_id(self) -> UUID:
        """Return whose tasks these are."""
        return self.account.id


async def acting_for(
    services: Services, origin: Origin, scopes: AbstractSet[Scope], key: Idempotency | None = None
) -> Acting:
    """Return who acts. Raises AccountGone."""
    account = await account_by_id(services.pool, origin.user_id)
    if account is None or account.deleted_at is not None:
        raise AccountGone
    moment = moment_of(account, dt.datetime.now(dt.UTC))
    return Acting(services, account, moment, Acts(services, origin, lambda: key), scopes)


def acting_in_turn(
    services: Services,
    origin: Origin,
    account: Account,
    moment: Moment,
    scopes: AbstractSet[Scope],
    next_key: NextKey,
) -> Acting:
    """Return who acts in a turn of the chat, which has read the account; `next_key` names each act in turn."""
    return Acting(services, account, moment, Acts(services, origin, next_key), scopes)


def key_of(said: str, tool: str, arguments: dict[str, Any]) -> Idempotency:
    """Return the idempotency of a call whose client named it: the same key means the same call, or is refused."""
    asked = json.dumps([tool, arguments], sort_keys=True)
    return Idempotency(f"mcp:{said}", hashlib.sha256(asked.encode()).digest())
