"""Accounts and sessions."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel


class User(BaseModel):
    """An account."""

    id: UUID
    email: str
    name: str
    time_zone: str
    locale: str
    week_start: int
    version: int
    deleted_at: AwareDatetime | None


class SessionReply(BaseModel):
    """A session: the access token lasts `expires_in` seconds, the refresh token is good for one more pair."""

    user: User
    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int
    refresh_token: str
