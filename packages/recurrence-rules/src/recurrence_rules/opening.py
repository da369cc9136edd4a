"""When an occurrence that opens by schedule does so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from recurrence_rules.zones import resolve

MORNING = dt.time(9)
"""The wall time from which reminders of a date without a time count."""


def opens_at(
    due: tuple[dt.date, dt.time | None, str],
    start: dt.date | None = None,
    *,
    before_due: Iterable[int] = (),
    before_start: Iterable[int] = (),
    at: Iterable[dt.datetime] = (),
) -> dt.datetime:
    """Return the earliest of start, reminders and due, in UTC.

    `due` is wall date, time and zone; a date-only due and a start begin with their day. `before_due` and `before_start`
    are reminders in minutes (of a task without a start the latter count from its due), `at` those at instants. Those
    of a date count from its morning, as they fire.
    """
    date, time, zone = due
    begin = resolve(date, time or dt.time(), zone)
    started = begin if start is None else resolve(start, dt.time(), zone)
    of_due = resolve(date, time or MORNING, zone)
    of_start = of_due if start is None else resolve(start, MORNING, zone)
    reminders = [of_due - dt.timedelta(minutes=m) for m in before_due]
    reminders += [of_start - dt.timedelta(minutes=m) for m in before_start]
    return min([begin, started, *reminders, *at])
