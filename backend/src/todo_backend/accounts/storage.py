"""The tables of accounts: people, their sessions, their change counters."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, Index, LargeBinary, Text
from sqlmodel import Field

from todo_backend.storage import Base

_INSTANT = DateTime(timezone=True)


class AccountRow(Base, table=True):
    """One person. The address is kept in lower case and is free again once the account is deleted."""

    __tablename__ = "accounts"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("accounts_email", "email", unique=True),)

    id: UUID = Field(primary_key=True)
    email: str = Field(sa_type=Text)
    name: str = Field(sa_type=Text)
    password_hash: str = Field(sa_type=Text)
    time_zone: str = Field(sa_type=Text)
    locale: str = Field(sa_type=Text)
    week_start: int
    version: int = Field(sa_type=BigInteger)
    created_at: dt.datetime = Field(sa_type=_INSTANT)  # pyright: ignore[reportArgumentType]
    updated_at: dt.datetime = Field(sa_type=_INSTANT)  # pyright: ignore[reportArgumentType]
    deleted_at: dt.datetime | None = Field(default=None, sa_type=_INSTANT)  # pyright: ignore[reportArgumentType]
    country: str | None = Field(default=None, sa_type=Text)
    region: str | None = Field(default=None, sa_type=Text)


class RefreshTokenRow(Base, table=True):
    """One family of refresh tokens: a session, or a personal token. Only the hash of its newest token is kept."""

    __tablename__ = "refresh_tokens"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        Index("refresh_tokens_user", "user_id"),
        Index("refresh_tokens_expiry", "expires_at"),
    )

    family: UUID = Field(primary_key=True)
    user_id: UUID = Field(foreign_key="tasks.accounts.id")
    generation: int
    token_hash: bytes = Field(sa_type=LargeBinary)
    created_at: dt.datetime = Field(sa_type=_INSTANT)  # pyright: ignore[reportArgumentType]
    rotated_at: dt.datetime = Field(sa_type=_INSTANT)  # pyright: ignore[reportArgumentType]
    expires_at: dt.datetime = Field(sa_type=_INSTANT)  # pyright: ignore[reportArgumentType]
    ended_at: dt.datetime | None = Field(default=None, sa_type=_INSTANT)  # pyright: ignore[reportArgumentType]
    end_reason: str | None = Field(default=None, sa_type=Text)
    name: str | None = Field(default=None, sa_type=Text)
    scopes: str | None = Field(default=None, sa_type=Text)


class ChangeCounterRow(Base, table=True):
    """A user's change counter; its row lock makes a user's changes commit in order.

    `at` is the instant of the last act, so that instants rise strictly; changes up to `purged_through` may be
    missing from "everything after n".
    """

    __tablename__ = "change_counters"  # pyright: ignore[reportAssignmentType]

    user_id: UUID = Field(primary_key=True)
    value: int = Field(sa_type=BigInteger)
    at: dt.datetime = Field(sa_type=_INSTANT)  # pyright: ignore[reportArgumentType]
    purged_through: int = Field(sa_type=BigInteger)
