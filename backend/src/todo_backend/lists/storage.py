"""The table of lists. A task may name one."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, Double, Index, Text
from sqlmodel import Field

from todo_backend.storage import Base

_INSTANT = DateTime(timezone=True)


class ListRow(Base, table=True):
    """One list of tasks."""

    __tablename__ = "lists"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("lists_change", "user_id", "change"),)

    user_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    name: str = Field(sa_type=Text)
    position: float = Field(sa_type=Double)
    version: int = Field(sa_type=BigInteger)
    change: int = Field(sa_type=BigInteger)
    created_at: dt.datetime = Field(sa_type=_INSTANT)  # pyright: ignore[reportArgumentType]
    updated_at: dt.datetime = Field(sa_type=_INSTANT)  # pyright: ignore[reportArgumentType]
    deleted_at: dt.datetime | None = Field(default=None, sa_type=_INSTANT)  # pyright: ignore[reportArgumentType]
