"""Quiet hours: until when nothing is told. Pure."""

from __future__ import annotations

import datetime as dt

from recurrence_rules import resolve
from recurrence_rules.zones import wall_of

from notification_service.domain.preferences import Preferences
from notification_service.domain.zones import known

_DAY = dt.timedelta(days=1)


def quiet_until(now: dt.datetime, preferences: Preferences | None, zone: str) -> dt.datetime | None:
    """Return when the quiet hours end in which `now` lies (its beginning belongs to them, its end does not), or None.

    They are wall times, so a night on which clocks change is as quiet as any other.
    """
    if preferences is None or preferences.quiet_from is None or preferences.quiet_to is None:
        return None
    zone = known(zone)
    today = wall_of(now, zone).date()
    for day in (today - _DAY, today):
        begins = resolve(day, preferences.quiet_from, zone)
        passes_midnight = preferences.quiet_to < preferences.quiet_from
        ends = resolve(day + _DAY if passes_midnight else day, preferences.quiet_to, zone)
        if begins <= now < ends:
            return ends
    return None
