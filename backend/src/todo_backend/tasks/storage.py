"""The table of tasks."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Computed, DateTime, Double, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR
from sqlmodel import Field

from todo_backend.storage import Base

_INSTANT = DateTime(timezone=True)


class TaskRow(Base, table=True):
    """One task. `search` is generated from title and notes; `change` is the user's counter at its last change."""

    __tablename__ = "tasks"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        Index("tasks_change", "user_id", "change"),
        Index("tasks_created", "user_id", "id", postgresql_where=text("deleted_at IS NULL")),
        Index("tasks_due", "user_id", "due_at", "id", postgresql_where=text("deleted_at IS NULL")),
        Index(
            "tasks_open_due", "user_id", "due_at", "id", postgresql_where=text("deleted_at IS NULL AND status = 'open'")
        ),
        Index("tasks_updated", "user_id", "updated_at", "id", postgresql_where=text("deleted_at IS NULL")),
        Index("tasks_position", "user_id", "position", "id", postgresql_where=text("deleted_at IS NULL")),
        Index("tasks_list", "user_id", "list_id", "id", postgresql_where=text("list_id IS NOT NULL")),
        Index(
            "tasks_occurrences",
            "user_id",
            "series_id",
            "occurrence_number",
            "id",
            postgresql_where=text("series_id IS NOT NULL"),
        ),
        Index(
            "tasks_done",
            "user_id",
            "completed_at",
            postgresql_where=text("status = 'done' AND deleted_at IS NULL"),
        ),
        Index("tasks_uid", "user_id", "uid", postgresql_where=text("uid IS NOT NULL")),
        Index("tasks_tags", "tags", postgresql_using="gin"),
        Index("tasks_search", "search", postgresql_using="gin"),
        Index("tasks_deleted", "deleted_at", postgresql_where=text("deleted_at IS NOT NULL")),
        Index(
            "tasks_one_successor",
            "user_id",
            "series_id",
            "predecessor_id",
            unique=True,
            postgresql_where=text("predecessor_id IS NOT NULL AND withdrawn_at IS NULL"),
        ),
        Index(
            "tasks_one_open_occurrence",
            "user_id",
            "series_id",
            unique=True,
            postgresql_where=text(
                "series_id IS NOT NULL AND status = 'open' AND deleted_at IS NULL AND withdrawn_at IS NULL "
                "AND NOT (trigger = 'on_schedule' AND missed = 'each')"
            ),
        ),
    )

    user_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    stream_key: UUID
    title: str = Field(sa_type=Text)
    notes: str = Field(sa_type=Text)
    list_id: UUID | None = None
    status: str = Field(sa_type=Text)
    priority: str = Field(sa_type=Text)
    tags: list[str] = Field(sa_type=ARRAY(Text))  # pyright: ignore[reportArgumentType]
    due_date: dt.date | None = None
    due_time: dt.time | None = None
    due_zone: str | None = Field(default=None, sa_type=Text)
    due_at: dt.datetime | None = Field(default=None, sa_type=_INSTANT)  # pyright: ignore[reportArgumentType]
    start_date: dt.date | None = None
    subtasks: list[Any] = Field(sa_type=JSONB)
    reminders: list[Any] = Field(sa_type=JSONB)
    series_id: UUID | None = None
    occurrence_key: str | None = Field(default=None, sa_type=Text)
    occurrence_number: int | None = None
    predecessor_id: UUID | None = None
    passed_over: int
    trigger: str | None = Field(default=None, sa_type=Text)
    missed: str | None = Field(default=None, sa_type=Text)
    opens_at: dt.datetime | None = Field(default=None, sa_type=_INSTANT)  # pyright: ignore[reportArgumentType]
    position: float = Field(sa_type=Double)
    version: int = Field(sa_type=BigInteger)
    change: int = Field(sa_type=BigInteger)
    created_at: dt.datetime = Field(sa_type=_INSTANT)  # pyright: ignore[reportArgumentType]
    updated_at: dt.datetime = Field(sa_type=_INSTANT)  # pyright: ignore[reportArgumentType]
    completed_at: dt.datetime | None = Field(default=None, sa_type=_INSTANT)  # pyright: ignore[reportArgumentType]
    deleted_at: dt.datetime | None = Field(default=None, sa_type=_INSTANT)  # pyright: ignore[reportArgumentType]
    withdrawn_at: dt.datetime | None = Field(default=None, sa_type=_INSTANT)  # pyright: ignore[reportArgumentType]
    uid: str | None = Field(default=None, sa_type=Text)
    uid_digest: str | None = Field(default=None, sa_type=Text)
    search: str = Field(
        sa_type=TSVECTOR,
        sa_column_args=(
            Computed(
                "setweight(to_tsvector('pg_catalog.simple'::regconfig, title), 'A') || "
                "setweight(to_tsvector('pg_catalog.simple'::regconfig, notes), 'B')",
                persisted=True,
            ),
        ),
    )
