"""What a person wants of reminders, and what may be said about it. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from recurrence_rules import MORNING

CHANGEABLE = (
    "default_hour",
    "default_lead_minutes",
    "quiet_from",
    "quiet_to",
    "agenda_at",
    "review_day",
    "review_at",
    "nag_minutes",
    "nag_most",
)


@dataclass(frozen=True, slots=True)
class Preferences:
    """The preferences of one person; `version` 0: they have said nothing yet, all is as it is for everybody.

    Times are wall times in the person's zone. `default_hour` is when a date without a time reminds;
    `default_lead_minutes` makes a reminder for each task with a time that names none and was made after `lead_since`.
    From `quiet_from` to `quiet_to`, which may pass midnight, nothing is told. `agenda_at` asks for a summary of the
    day, `review_day` (0 is Monday) with `review_at` for one of the week. `nag_minutes` is what is proposed for a
    reminder that repeats until its task is done, `nag_most` how often it does where it does not say itself.
    """

    user_id: UUID
    version: int = 0
    default_hour: dt.time = MORNING
    default_lead_minutes: int | None = None
    lead_since: dt.datetime | None = None
    quiet_from: dt.time | None = None
    quiet_to: dt.time | None = None
    agenda_at: dt.time | None = None
    review_day: int | None = None
    review_at: dt.time | None = None
    nag_minutes: int = 15
    nag_most: int = 5
    updated_at: dt.datetime | None = None


class PreferencesRefused(Exception):
    """They would contradict themselves; `code` is stable, the message is a sentence for people."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


def merged(kept: Preferences, fields: dict[str, Any], now: dt.datetime) -> Preferences:
    """Return the preferences with these fields changed, one version on; the same object where nothing changes.

    Raises PreferencesRefused.
    """
    changed = replace(kept, **{name: fields[name] for name in CHANGEABLE if name in fields})
    if (changed.quiet_from is None) != (changed.quiet_to is None):
        raise PreferencesRefused("quiet_hours_half", "Quiet hours need a beginning and an end, or neither.")
    if changed.quiet_from is not None and changed.quiet_from == changed.quiet_to:
        raise PreferencesRefused("quiet_hours_empty", "Quiet hours must not end when they begin. Take another time.")
    if (changed.review_day is None) != (changed.review_at is None):
        raise PreferencesRefused("review_half", "The weekly review needs a day and a time, or neither.")
    if changed == kept:
        return kept
    if changed.default_lead_minutes is None:
        changed = replace(changed, lead_since=None)
    elif kept.default_lead_minutes is None:
        changed = replace(changed, lead_since=now)
    return replace(changed, version=kept.version + 1, updated_at=now)
