"""One message on its way to one channel. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from notification_service.sending.content import Content


@dataclass(frozen=True, slots=True)
class Delivery:
    """One claimed delivery. `tries` counts this claim; `asked`: its owner wants it, whatever became of the task."""

    delivery_id: UUID
    user_id: UUID
    channel_id: UUID
    lane: str
    kind: str
    content: dict[str, Any]
    asked: bool
    tries: int
    claim: UUID
    queued_at: dt.datetime
    version: int

    @property
    def message(self) -> Content:
        """Return what it says."""
        return Content.model_validate(self.content)


@dataclass(frozen=True, slots=True)
class Logged:
    """One delivery as its owner, or an operator, sees it."""

    delivery_id: UUID
    user_id: UUID
    channel_id: UUID
    lane: str
    key: str
    kind: str
    title: str
    task_id: UUID | None
    state: str
    tries: int
    reason: str | None
    queued_at: dt.datetime
    settled_at: dt.datetime | None
    next_try_at: dt.datetime | None
