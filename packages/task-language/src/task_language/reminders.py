"""Phrases of reminding: "remind me 30 minutes before", "with a reminder 1 hour early", "remind me tomorrow at 9"."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from recurrence_rules import MORNING, resolve

from task_language.dates import when_at
from task_language.draft import ReminderWish
from task_language.lexicon import begins, first_of, number, unit, word_at
from task_language.moment import Moment
from task_language.pieces import When

MINUTES = {"minutes": 1, "hours": 60, "days": 1440, "weeks": 10080}
LONGEST_LEAD = 366 * 1440

_LEADS = ("with a reminder", "with reminder", "and remind me", "remind me", "reminder")
_BEFORE = ("before it is due", "before it's due", "before that", "before hand", "before", "beforehand", "earlier",
           "early", "prior", "ahead", "in advance")  # fmt: skip
_ON_TIME = ("when it is due", "when it's due", "when due", "on time", "at the time", "in time")


@dataclass(frozen=True, slots=True)
class Reminding:
    """Minutes before the due, or a wall date and time: one of the two."""

    minutes_before: int | None = None
    when: When | None = None

    def wish(self, date: dt.date | None, time: dt.time | None, repeats: bool, moment: Moment) -> ReminderWish:
        """Return the reminder for a task that is due then.

        A wall time becomes minutes before the due where the task repeats, so that it goes along with each date.
        """
        if self.when is None:
            return ReminderWish(self.minutes_before)
        day = self.when.date or date or moment.today
        at = resolve(day, self.when.time or MORNING, self.when.zone or moment.zone)
        if repeats and date is not None and time is not None:
            lead = int((resolve(date, time, moment.zone) - at).total_seconds() // 60)
            if 0 <= lead <= LONGEST_LEAD:
                return ReminderWish(lead)
        return ReminderWish(at=at)


def reminding_at(words: Sequence[str], place: int, moment: Moment) -> tuple[int, Reminding] | None:
    """Return where a phrase of reminding ends, and what it says."""
    taken = first_of(words, place, _LEADS)
    return told_at(words, place + taken, moment) if taken else None


def told_at(words: Sequence[str], at: int, moment: Moment) -> tuple[int, Reminding] | None:
    """Return where "30 minutes before" or "tomorrow at 9" ends, and what it says."""
    if taken := first_of(words, at, _ON_TIME):
        return at + taken, Reminding(0)
    if found := lead_at(words, at):
        end, minutes = found
        if taken := first_of(words, end, _BEFORE):
            return end + taken, Reminding(minutes)
    found = when_at(words, at, moment)
    return found and (found[0], Reminding(when=found[1]))


def lead_at(words: Sequence[str], at: int) -> tuple[int, int] | None:
    """Return where "30 minutes" ends, and the minutes; at most a year."""
    if begins(words, at, "half an hour"):
        return at + 3, 30
    count, factor = number(word_at(words, at)), MINUTES.get(unit(word_at(words, at + 1)) or "")
    if count is None or factor is None or count * factor > LONGEST_LEAD:
        return None
    return at + 2, count * factor
