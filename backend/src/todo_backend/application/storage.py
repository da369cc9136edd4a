"""The tables of execute() itself: acts for undo, and idempotency keys."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, Index, LargeBinary, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from todo_backend.storage import Base

_INSTANT = DateTime(timezone=True)


class ActRow(Base, table=True):
    """One act that can be undone: per aggregate field → before and after. Kept for 24 hours."""

    __tablename__ = "acts"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("acts_expiry", "expires_at"),)

    user_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    kind: str = Field(sa_type=Text)
    writes: list[Any] = Field(sa_type=JSONB)
    created_at: dt.datetime = Field(sa_type=_INSTANT)  # pyright: ignore[reportArgumentType]
    expires_at: dt.datetime = Field(sa_type=_INSTANT)  # pyright: ignore[reportArgumentType]
    undone_at: dt.datetime | None = Field(default=None, sa_type=_INSTANT)  # pyright: ignore[reportArgumentType]


class IdempotencyKeyRow(Base, table=True):
    """One request that was done: its fingerprint and the answer it got. Kept for 24 hours."""

    __tablename__ = "idempotency_keys"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("idempotency_keys_expiry", "expires_at"),)

    user_id: UUID = Field(primary_key=True)
    key: str = Field(primary_key=True, sa_type=Text)
    fingerprint: bytes = Field(sa_type=LargeBinary)
    status: int | None = None
    headers: dict[str, Any] | None = Field(default=None, sa_type=JSONB)
    body: bytes | None = Field(default=None, sa_type=LargeBinary)
    expires_at: dt.datetime = Field(sa_type=_INSTANT)  # pyright: ignore[reportArgumentType]
