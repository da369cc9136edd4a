"""Why somebody is told: which reminder of which task, since when, put off or repeated, and by what wish. Pure."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from event_contracts.events import Because
from event_contracts.identifiers import instant_of

from notification_service.domain.heads import TaskHead
from notification_service.domain.plan import Planned, default_reminder
from notification_service.domain.preferences import Preferences
from notification_service.domain.snooze import Snooze, snooze_id

DIGEST = Because(kind="digest", sentence="These reminders came due while they could not be told one by one.")
HELD_DIGEST = Because(
    kind="digest",
    held=True,
    preference="quiet_hours",
    sentence="These reminders waited for the end of your quiet hours.",
)
AGENDA = Because(kind="agenda", preference="agenda_at", sentence="You asked to be told of your day at this hour.")
REVIEW = Because(kind="review", preference="review_day", sentence="You asked for a review of your week at this hour.")


def because_of(
    planned: Planned, task: TaskHead, preferences: Preferences | None, snooze: Snooze | None, held: bool
) -> Because:
    """Return why a reminder is told; `held` says that it waited for the end of quiet hours."""
    if snooze and planned.reminder_id == snooze_id(task.task_id):
        return Because(
            kind="snooze",
            sentence="You put this reminder off until now.",
            reminder_id=snooze.reminder_id,
            since=snooze.made_at,
        )
    if planned.origin == default_reminder(task.task_id):
        wanted = preferences or Preferences(task.user_id)
        lead = wanted.default_lead_minutes or 0
        words = f"You want to be reminded {_before(lead, 'it is due')} of all that has a time."
        return _told(planned, "due", lead, words, wanted.lead_since, held, most=0, preference="default_lead_minutes")
    reminder = task.reminder(planned.origin)
    minutes = reminder.get("minutes_before")
    most = (reminder.get("repeat_most") or (preferences or Preferences(task.user_id)).nag_most) if planned.number else 0
    if reminder.get("at") is not None:
        kind, words = "at", "You asked to be reminded at this time."
    elif reminder.get("relative_to") == "start":
        kind, words = "start", f"You asked to be reminded {_before(minutes or 0, 'it starts')}."
    else:
        kind, words = "due", f"You asked to be reminded {_before(minutes or 0, 'it is due')}."
    return _told(planned, kind, minutes, words, _made(planned.origin), held, most)


def _told(
    planned: Planned,
    kind: str,
    minutes: int | None,
    sentence: str,
    since: dt.datetime | None,
    held: bool,
    most: int,
    preference: str | None = None,
) -> Because:
    if planned.number:
        sentence += f" It is not done yet, so it comes again ({planned.number} of {most})."
    if held:
        sentence += " It waited for the end of your quiet hours."
    return Because(
        kind=kind,
        sentence=sentence,
        reminder_id=planned.origin,
        minutes_before=minutes,
        since=since,
        number=planned.number,
        most=most,
        held=held,
        preference=preference or ("quiet_hours" if held else None),
    )


def _before(minutes: int, what: str) -> str:
    if minutes == 0:
        return f"when {what}"
    for size, name in ((1440, "day"), (60, "hour"), (1, "minute")):
        if minutes % size == 0:
            count = minutes // size
            return f"{count} {name}{'' if count == 1 else 's'} before {what}"
    raise AssertionError(minutes)


def _made(reminder_id: UUID) -> dt.datetime | None:
    """Return when a reminder was made: its id carries it, unless a client chose another kind of id."""
    try:
        return instant_of(reminder_id)
    except ValueError:
        return None
