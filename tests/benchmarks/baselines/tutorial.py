"""A create as SQLModel's tutorial writes it: a sync route, a session per request, add, commit, refresh.

One thing is not the tutorial's: the pool has a connection for each of the forty threads. With the usual fifteen the
route stops for good as soon as more requests than threads wait: sessions are closed by threads that wait for sessions.

No sign-in, no owner, no event, no idempotency, no version. `DATABASE_URL` says where.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import Depends, FastAPI
from sqlmodel import Field, Session, SQLModel, create_engine

engine = create_engine(os.environ["DATABASE_URL"].replace("postgresql://", "postgresql+psycopg://"), pool_size=40)


class Due(SQLModel):
    """A wall time in a zone."""

    date: dt.date
    time: dt.time
    time_zone: str


class TaskCreate(SQLModel):
    """What is asked for."""

    title: str
    due: Due


class Task(SQLModel, table=True):
    """The row."""

    __tablename__ = "tutorial"
    __table_args__ = {"schema": "bench"}

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    user_id: UUID = Field(index=True)
    title: str
    due_date: dt.date
    due_time: dt.time
    due_zone: str
    created_at: dt.datetime = Field(default_factory=lambda: dt.datetime.now(dt.UTC))


class TaskPublic(SQLModel):
    """What is answered."""

    id: UUID
    user_id: UUID
    title: str
    due_date: dt.date
    due_time: dt.time
    due_zone: str
    created_at: dt.datetime


def get_session() -> Iterator[Session]:
    """Open a session for one request."""
    with Session(engine) as session:
        yield session


app = FastAPI()


@app.post("/users/{user_id}/tasks", status_code=201, response_model=TaskPublic)
def create(user_id: UUID, task: TaskCreate, session: Annotated[Session, Depends(get_session)]) -> Task:
    """Add, commit, refresh, return the row."""
    due = task.due
    row = Task(user_id=user_id, title=task.title, due_date=due.date, due_time=due.time, due_zone=due.time_zone)
    session.add(row)
    session.commit()
    session.refresh(row)
    return row
