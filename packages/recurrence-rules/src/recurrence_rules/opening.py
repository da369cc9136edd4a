"""When an occurrence that opens by schedule does so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from recurrence_rules.zones import resolve


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
    are reminders in minutes (of a task without a start the latter count from its due), `at` those at instants.
    """
    date, time, zone = due
    begin = resolve(date, time or dt.time(), zone)
    started = begin if start is None else resolve(start, dt.time(), zone)
    reminders = [begin - dt.timedelta(minutes=m) for m in before_due]
    reminders += [started - dt.timedelta(minutes=m) for m in before_start]
    return min([begin, started, *reminders, *at])
