"""A create as bare as it can honestly be: FastAPI, a validated body, one INSERT by psycopg's pool, committed.

No sign-in, no owner, no event, no idempotency, no version. `DATABASE_URL` says where.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

from fastapi import FastAPI
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool
from pydantic import BaseModel

POOL = AsyncConnectionPool(os.environ["DATABASE_URL"], min_size=10, max_size=10, open=False)
INSERT = """
INSERT INTO bench.bare (id, user_id, title, due_date, due_time, due_zone) VALUES (%s, %s, %s, %s, %s, %s) RETURNING *"""


class Due(BaseModel):
    """A wall time in a zone."""

    date: dt.date
    time: dt.time
    time_zone: str


class NewTask(BaseModel):
    """What is asked for."""

    title: str
    due: Due


class Task(BaseModel):
    """What was stored."""

    id: UUID
    user_id: UUID
    title: str
    due_date: dt.date
    due_time: dt.time
    due_zone: str
    created_at: dt.datetime


@asynccontextmanager
async def _lifespan(_: FastAPI) -> AsyncIterator[None]:
    async with POOL:
        yield


app = FastAPI(lifespan=_lifespan)


@app.post("/users/{user_id}/tasks", status_code=201, response_model=Task)
async def create(user_id: UUID, task: NewTask) -> Any:
    """Insert, commit, return the row."""
    values = (uuid4(), user_id, task.title, task.due.date, task.due.time, task.due.time_zone)
    async with POOL.connection() as connection:
        return await (await connection.cursor(row_factory=dict_row).execute(INSERT, values)).fetchone()
