"""An audit as Dapr's and SQLModel's tutorials write it: one delivery per event, a session each, add, commit.

No bulk, no digest, no check for an event that is there already. `DATABASE_URL` says where.
"""

from __future__ import annotations

import datetime as dt
import os
from typing import Any
from uuid import UUID

from dapr.ext.fastapi import DaprApp
from fastapi import FastAPI
from sqlalchemy import JSON, Column
from sqlmodel import Field, Session, SQLModel, create_engine

PUBSUB, TOPIC = "bench-pubsub", "bench-tutorial"

engine = create_engine(os.environ["DATABASE_URL"].replace("postgresql://", "postgresql+psycopg://"))


class Entry(SQLModel, table=True):
    """The row."""

    __tablename__ = "tutorial_entries"
    __table_args__ = {"schema": "bench"}

    number: int | None = Field(default=None, primary_key=True)
    event_id: UUID = Field(index=True)
    type: str
    data: dict[str, Any] = Field(sa_column=Column(JSON))
    recorded_at: dt.datetime = Field(default_factory=lambda: dt.datetime.now(dt.UTC))


app = FastAPI()
dapr_app = DaprApp(app)


@dapr_app.subscribe(pubsub=PUBSUB, topic=TOPIC, route="/entries")
def record(event: dict[str, Any]) -> dict[str, str]:
    """Keep an event."""
    with Session(engine) as session:
        session.add(Entry(event_id=UUID(event["id"]), type=event["type"], data=event["data"]))
        session.commit()
    return {"status": "SUCCESS"}
