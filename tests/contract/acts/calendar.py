"""The public holidays of everybody in the model, as the `holidays` package tells them: of a place that has some now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import holidays

DAY = dt.timedelta(days=1)
PLACES: list[tuple[str, str | None]] = [
    ("DE", "BE"),
    *((country, None) for country in ("US", "JP", "IN", "BR", "CN", "TH", "CO", "LK", "MX", "AR", "PL", "ES", "ZA")),
]


@dataclass(frozen=True, slots=True)
class Calendar:
    """A place and its days."""

    country: str
    region: str | None
    days: Any

    def lands(self, date: dt.date, on_holiday: str) -> dt.date | None:
        """Return the day on which something planned for a date is to be done; None: on none."""
        if on_holiday == "ignore" or date not in self.days:
            return date
        if on_holiday == "skip":
            return None
        step = -DAY if on_holiday == "before" else DAY
        date += step
        while not self.days.is_working_day(date):
            date += step
        return date

    def keeps(self, date: dt.date, on_holiday: str, is_of_rule: Callable[[dt.date], bool]) -> dt.date | None:
        """Return the day on which a date of a rule is kept; None where another date of it lies on the way there."""
        landed = self.lands(date, on_holiday)
        if landed is None or landed == date:
            return landed
        step = DAY if landed > date else -DAY
        way = (date + n * step for n in range(1, abs((landed - date).days) + 1))
        return None if any(is_of_rule(day) for day in way) else landed


def busiest(today: dt.date) -> Calendar:
    """Return the place that has the most holidays about the day after this one, where what follows is decided."""
    years = [today.year - 1, today.year, today.year + 1]
    found = [Calendar(c, r, holidays.country_holidays(c, subdiv=r, years=years, expand=False)) for c, r in PLACES]
    return max(found, key=lambda place: sum((today + n * DAY in place.days) / (1 + abs(n - 1)) for n in range(-6, 12)))
