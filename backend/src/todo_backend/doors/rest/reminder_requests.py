"""Bodies about reminders that the REST door accepts."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field, model_validator

from todo_backend.doors.rest.fields import Body, Instant, WallTime

LONGEST_LEAD = 28 * 24 * 60
MOST_REPEATS = 20
LONGEST_REPEAT = 24 * 60


class PreferencesPatch(Body):
    """The fields to change; times are wall times in the person's zone, null turns off."""

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


class SnoozeBody(Body):
    """Until when: what people call it, in their zone (days at their default hour), or an instant."""

    preset: Literal["10m", "1h", "this_evening", "tomorrow", "next_week", "weekend"] | None = None
    until: Instant | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> SnoozeBody:
        if (self.preset is None) == (self.until is None):
            raise ValueError("say either a preset or until when")
        return self
