"""The table of series."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Boolean, Column, DateTime, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from todo_backend.storage import Base

_INSTANT = DateTime(timezone=True)


class SeriesRow(Base, table=True):
    """One series. `template` is what its next occurrence is made from; null: from the occurrence before."""

    __tablename__ = "series"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        Index("series_change", "user_id", "change"),
        Index("series_paused", "user_id", "id", postgresql_where=text("status = 'paused'")),
    )

    user_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    stream_key: UUID
    status: str = Field(sa_type=Text)
    rrule: str = Field(sa_type=Text)
    anchor: str = Field(sa_type=Text)
    missed: str = Field(sa_type=Text)
    trigger: str = Field(sa_type=Text)
    exdates: list[str] = Field(sa_type=ARRAY(Text))  # pyright: ignore[reportArgumentType]
    rdates: list[str] = Field(sa_type=ARRAY(Text))  # pyright: ignore[reportArgumentType]
    start_date: dt.date
    start_time: dt.time | None = None
    start_zone: str = Field(sa_type=Text)
    end_reason: str | None = Field(default=None, sa_type=Text)
    split_from: UUID | None = None
    resume_on: dt.date | None = None
    resumed_at: dt.datetime | None = Field(default=None, sa_type=_INSTANT)  # pyright: ignore[reportArgumentType]
    ended_paused: bool = Field(sa_column=Column(Boolean, nullable=False, server_default=text("false")))
    template: dict[str, Any] | None = Field(default=None, sa_type=JSONB)
    occurrences: int
    passed_over: int
    version: int = Field(sa_type=BigInteger)
    change: int = Field(sa_type=BigInteger)
    created_at: dt.datetime = Field(sa_type=_INSTANT)  # pyright: ignore[reportArgumentType]
    updated_at: dt.datetime = Field(sa_type=_INSTANT)  # pyright: ignore[reportArgumentType]
    on_holiday: str = Field(sa_column=Column(Text, nullable=False, server_default=text("'ignore'")))
