"""Reminders of a task, and putting one off, as the public door of todo-backend and the inner one both say it."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from event_contracts.events import Actor
from event_contracts.preferences import text

SnoozePreset = Literal["10m", "1h", "this_evening", "tomorrow", "next_week", "weekend"]
Becomes = Literal["planned", "due", "told", "failed", "passed", "undated", "paused", "closed"]


class SnoozeBody(BaseModel):
    """Until when: what people call it, in their zone (days at their default hour), or an instant."""

    model_config = ConfigDict(extra="forbid")

    preset: SnoozePreset | None = None
    until: Annotated[AwareDatetime, BeforeValidator(text)] | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> SnoozeBody:
        if (self.preset is None) == (self.until is None):
            raise ValueError("say either a preset or until when")
        return self


class SnoozeOrder(SnoozeBody):
    """The same as todo-backend passes it on: with who acts, through which door, and the request that it belongs to."""

    actor: Actor | None = None
    correlation_id: UUID | None = None


class Snoozed(BaseModel):
    """What was put off, and until when."""

    model_config = ConfigDict(from_attributes=True)

    task_id: UUID
    reminder_id: UUID
    until: AwareDatetime


class ReminderStanding(BaseModel):
    """What becomes of one reminder of a task.

    `planned`: it comes at `at`. `due`: its instant has come, also when it was in the past already as it was set; it is
    told at once, or at the end of quiet hours, and marked late if that is more than a minute after. `told`: at
    `told_at`. `failed`: it could not be told and was given up. `passed`: nobody is told, since both its instant and
    what it reminds of had passed when the task was made, or it lies more than 30 days back. `undated`: the task has no
    date that it counts from. `paused`: its series is. `closed`: the task is done or deleted; nobody is told any more.
    """

    model_config = ConfigDict(from_attributes=True)

    reminder_id: UUID
    kind: Literal["own", "default", "snooze"] = Field(
        description="of the task, because its person wants one of all (`default_lead_minutes`), or put off"
    )
    state: Becomes
    at: AwareDatetime | None = Field(description="the next instant, or the last one if none is to come")
    told_at: AwareDatetime | None = Field(description="when it was told last")
    late: bool = Field(description="it was told more than a minute after its instant")


class ReminderStandings(BaseModel):
    """All reminders of a task, planned from this `version` of it; null: nothing is known of it yet."""

    version: int | None
    items: list[ReminderStanding]
