"""Accounts and sessions."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field


class User(BaseModel):
    """An account."""

    id: UUID
    email: str
    name: str
    time_zone: str
    locale: str
    week_start: int
    country: str | None = Field(description="whose public holidays are this person's: an ISO 3166-1 code")
    region: str | None
    version: int
    deleted_at: AwareDatetime | None


class SessionReply(BaseModel):
    """A session: the access token lasts `expires_in` seconds, the refresh token is good for one more pair."""

    user: User
    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int
    refresh_token: str


class Countries(BaseModel):
    """The countries whose public holidays are known."""

    countries: list[str] = Field(description="ISO 3166-1 codes")


class Region(BaseModel):
    """A region with public holidays of its own."""

    code: str
    name: str


class Country(BaseModel):
    """A country whose public holidays are known."""

    code: str
    regions: list[Region]
