"""What a person wants of reminders."""

from __future__ import annotations

import datetime as dt

from pydantic import BaseModel


class Preferences(BaseModel):
    """Wall times in the person's zone; null is off. `version` 0: nothing was said yet."""

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
