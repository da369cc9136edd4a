"""An account and a session as the rules see them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from todo_backend.tasks.domain import NOT_YET


@dataclass(frozen=True, slots=True)
class Account:
    """One person. `email` is kept in lower case; `week_start` counts from 0, Monday.

    `country` and `region` say whose public holidays are theirs; without a country there are none.
    """

    id: UUID
    email: str
    name: str
    password_hash: str
    time_zone: str
    locale: str = "en"
    week_start: int = 0
    version: int = 0
    created_at: dt.datetime = NOT_YET
    updated_at: dt.datetime = NOT_YET
    deleted_at: dt.datetime | None = None
    country: str | None = None
    region: str | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """One family of refresh tokens. Only the newest `generation` is valid; its SHA-256 is kept, never the token.

    `name` and `scopes` are those of a personal token, which has no refresh tokens; other sessions have neither.
    """

    family: UUID
    user_id: UUID
    generation: int
    token_hash: bytes
    created_at: dt.datetime
    rotated_at: dt.datetime
    expires_at: dt.datetime
    ended_at: dt.datetime | None = None
    end_reason: str | None = None
    name: str | None = None
    scopes: str | None = None
