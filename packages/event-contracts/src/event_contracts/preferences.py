"""What a person wants of reminders, as todo-backend's public door and notification-service's inner one both say it."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

LONGEST_LEAD = 28 * 24 * 60
MOST_REPEATS = 20
LONGEST_REPEAT = 24 * 60
"""Minutes, repetitions, minutes."""


def text(value: Any) -> Any:
    """Let only strings pass: a number is no time, though a library could read it as one. Raises ValueError."""
    if not isinstance(value, str):
        raise ValueError("must be a string")
    return value


def _wall(value: dt.time) -> dt.time:
    if value.tzinfo is not None or value.microsecond:
        raise ValueError("must be HH:MM or HH:MM:SS without an offset")
    return value


WallTime = Annotated[dt.time, BeforeValidator(text), AfterValidator(_wall)]


class Preferences(BaseModel):
    """Wall times in the person's zone; null is off. `version` 0: nothing was said yet."""

    model_config = ConfigDict(from_attributes=True)

    version: int
    default_hour: dt.time
    default_lead_minutes: int | None
    quiet_from: dt.time | None
    quiet_to: dt.time | None
    agenda_at: dt.time | None
    review_day: int | None
    review_at: dt.time | None
    nag_minutes: int
    nag_most: int


class PreferencesPatch(BaseModel):
    """The fields to change; times are wall times in the person's zone, null turns off."""

    model_config = ConfigDict(extra="forbid")

    default_hour: Annotated[WallTime, Field(description="when a date without a time reminds")] = dt.time(9)
    default_lead_minutes: (
        Annotated[
            int, Field(ge=0, le=LONGEST_LEAD, description="a reminder of tasks that name none, before their time")
        ]
        | None
    ) = None
    quiet_from: Annotated[WallTime, Field(description="from here to `quiet_to` nothing is told")] | None = None
    quiet_to: WallTime | None = None
    agenda_at: Annotated[WallTime, Field(description="when to be told of the day")] | None = None
    review_day: Annotated[int, Field(ge=0, le=6, description="of the weekly review; 0 is Monday")] | None = None
    review_at: WallTime | None = None
    nag_minutes: Annotated[int, Field(ge=1, le=LONGEST_REPEAT, description="proposed between two repetitions")] = 15
    nag_most: Annotated[int, Field(ge=1, le=MOST_REPEATS, description="repetitions where a reminder says none")] = 5
