"""SKIP (RFC 7529) said in RFC 5545's own words, where it has any: most readers know no SKIP, some refuse its calendar.

The 31st or the day before it is the last of the 28th to the 31st: BYMONTHDAY=28,29,30,31;BYSETPOS=-1. "The day after"
has no such words.
"""

from __future__ import annotations

import datetime as dt

SHORTEST_MONTH = 28


def without_skip(rrule: str, start: dt.date) -> str | None:
    """Return a rule without RSCALE and SKIP that has the same dates; None where there is none, or nothing to say so."""
    parts = dict(part.upper().split("=", 1) for part in rrule.split(";") if "=" in part)
    skip = parts.pop("SKIP", "OMIT")
    if parts.pop("RSCALE", None) != "GREGORIAN":
        return None
    frequency = parts.get("FREQ")
    if skip == "OMIT":
        return _joined(parts)
    if frequency not in ("MONTHLY", "YEARLY") or not {"BYDAY", "BYSETPOS", "BYYEARDAY", "BYWEEKNO"}.isdisjoint(parts):
        return None
    if frequency == "YEARLY":
        if "BYMONTHDAY" in parts and "BYMONTH" not in parts:
            return None
        parts.setdefault("BYMONTH", str(start.month))
    days = parts.get("BYMONTHDAY", str(start.day)).split(",")
    if all(-SHORTEST_MONTH <= int(day) <= SHORTEST_MONTH for day in days):
        return _joined(parts)
    if skip != "BACKWARD" or len(days) > 1 or int(days[0]) < 0 or "," in parts.get("BYMONTH", ""):
        return None
    parts["BYMONTHDAY"] = ",".join(str(day) for day in range(SHORTEST_MONTH, int(days[0]) + 1))
    return _joined({**parts, "BYSETPOS": "-1"})


def _joined(parts: dict[str, str]) -> str:
    return ";".join(f"{name}={value}" for name, value in parts.items())
