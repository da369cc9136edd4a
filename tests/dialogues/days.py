"""Days as the dialogues write them: "tomorrow 15:00", "fri", "next mon", "+3d", "04-15"."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ZONES = (
    "Pacific/Honolulu", "America/Los_Angeles", "America/Denver", "America/New_York", "America/Sao_Paulo",
    "Atlantic/Azores", "Europe/London", "Europe/Berlin", "Europe/Helsinki", "Asia/Dubai", "Asia/Karachi", "Asia/Dhaka",
    "Asia/Bangkok", "Asia/Singapore", "Asia/Tokyo", "Australia/Brisbane", "Pacific/Auckland",
)  # fmt: skip
"""Where people of the dialogues may live: one of these has about noon now, whenever the tests run."""

Due = tuple[dt.date, dt.time | None]


def zone_at_noon(now: dt.datetime) -> str:
    """Return where it is about eleven o'clock."""
    return min(ZONES, key=lambda zone: abs(now.astimezone(ZoneInfo(zone)).hour + 0.5 - 11))


def due_of(said: str, today: dt.date) -> Due:
    """Return the first due that is meant."""
    return dues_of(said, today)[0]


def dues_of(said: Any, today: dt.date) -> list[Due]:
    """Return every due that is meant: of a weekday said on that very day, today and a week later."""
    if isinstance(said, list):
        return [due for one in said for due in dues_of(one, today)]
    *day, last = str(said).split()
    time = dt.time.fromisoformat(last) if ":" in last else None
    return [(date, time) for date in _dates(" ".join(day) if time else str(said), today)]


def _dates(said: str, today: dt.date) -> list[dt.date]:
    if said in ("today", "tomorrow", "yesterday"):
        return [today + dt.timedelta(days={"today": 0, "tomorrow": 1, "yesterday": -1}[said])]
    if said[-1] == "d" and said[0] in "+-":
        return [today + dt.timedelta(days=int(said[:-1]))]
    if said.startswith("next "):
        monday = today - dt.timedelta(days=today.weekday())
        return [monday + dt.timedelta(days=7 + DAYS.index(said[5:]))]
    if said in DAYS:
        ahead = (DAYS.index(said) - today.weekday()) % 7
        return [today + dt.timedelta(days=d) for d in ([ahead] if ahead else [0, 7])]
    month, day = map(int, said.split("-"))
    date = dt.date(today.year, month, day)
    return [date if date >= today else date.replace(year=today.year + 1)]
