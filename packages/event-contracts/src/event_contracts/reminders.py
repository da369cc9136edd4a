"""Putting a reminder off, as the public door of todo-backend and the inner one both say it."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, model_validator

from event_contracts.preferences import text

SnoozePreset = Literal["10m", "1h", "this_evening", "tomorrow", "next_week", "weekend"]


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


class Snoozed(BaseModel):
    """What was put off, and until when."""

    model_config = ConfigDict(from_attributes=True)

    task_id: UUID
    reminder_id: UUID
    until: AwareDatetime


