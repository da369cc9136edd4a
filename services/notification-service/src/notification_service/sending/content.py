"""What a message says to the outside, whatever the channel: kept with its delivery, so that nothing is asked again."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from notification_service.domain.attempt import CHANNEL
from notification_service.domain.compose import Message

MOST_ITEMS = 50
"""Tasks that a digest names outside the app; it says how many more there are."""


class Item(BaseModel):
    """One reminder of a digest."""

    model_config = ConfigDict(frozen=True)

    reminder_id: UUID
    task_id: UUID
    title: str
    remind_at: dt.datetime
    due_at: dt.datetime | None = None


class Named(BaseModel):
    """One task of an agenda or a review."""

    model_config = ConfigDict(frozen=True)

    group: str
    task_id: UUID
    title: str
    due_at: dt.datetime | None = None


class Content(BaseModel):
    """One message. `key` names it for its receiver, who may trust that another with this key is the same."""

    model_config = ConfigDict(frozen=True)

    key: str
    kind: str
    notification_id: UUID | None = None
    reminder_id: UUID | None = None
    task_id: UUID | None = None
    revision: int | None = None
    title: str
    remind_at: dt.datetime
    fired_at: dt.datetime
    due_at: dt.datetime | None = None
    late: bool = False
    confirmed: bool = True
    time_zone: str = "UTC"
    digest: list[Item] = []
    summary: list[Named] = []
    more: int = 0
    because: str | None = None

    @property
    def outward_id(self) -> str:
        """Return a name of the key that suits headers: letters and digits, the same for each try."""
        return hashlib.sha256(self.key.encode()).hexdigest()[:32]

    @property
    def lines(self) -> list[str]:
        """Return the titles of what it tells of together, and how many more there are; nothing of a single one."""
        titles = [item.title for item in (*self.digest, *self.summary)]
        return [*(f"- {title}" for title in titles), *([f"and {self.more} more"] if self.more else [])]

    def told(self) -> dict[str, Any]:
        """Return what a receiver's program is told, as JSON values."""
        return self.model_dump(mode="json", exclude={"revision", "fired_at", "time_zone"}, exclude_none=True)


def content_of(message: Message, channel_id: UUID) -> Content:
    """Return what one channel is told of a notification."""
    return Content(
        key=f"{message.key.removesuffix(f'/{CHANNEL}')}/{channel_id}",
        kind=message.kind,
        notification_id=message.notification_id,
        reminder_id=message.reminder_id,
        task_id=message.task_id,
        revision=message.revision,
        title=message.title,
        remind_at=message.remind_at,
        fired_at=message.fired_at,
        due_at=message.due_at,
        late=message.late,
        confirmed=message.confirmed,
        time_zone=message.time_zone,
        digest=[
            Item(
                reminder_id=item.reminder_id,
                task_id=item.task_id,
                title=item.title,
                remind_at=item.remind_at,
                due_at=item.due_at,
            )
            for item in message.digest[:MOST_ITEMS]
        ],
        summary=[
            Named(group=item.group, task_id=item.task_id, title=item.title, due_at=item.due_at)
            for item in message.summary[:MOST_ITEMS]
        ],
        more=max(0, len(message.digest) + len(message.summary) - MOST_ITEMS),
        because=message.because and message.because.sentence,
    )


def trial_content(channel_id: UUID, delivery_id: UUID, now: dt.datetime) -> Content:
    """Return the message that a person asks for to see whether a channel works."""
    return Content(
        key=f"test/{delivery_id}/{channel_id}",
        kind="test",
        title="This is a test. Reminders come here.",
        remind_at=now,
        fired_at=now,
    )
