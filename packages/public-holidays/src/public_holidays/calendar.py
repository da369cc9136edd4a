"""The calendar of a place, worked out year by year."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from calendar import isleap
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Any, Literal

from recurrence_rules import DaysOff

from public_holidays.places import Place, library, place_of

MOST_YEARS = 2048
"""Years kept, of all places together: about 2 KB each."""


@dataclass(frozen=True, slots=True)
class PublicHolidays:
    """The public holidays of a place, days on which one is observed instead included.

    Years of which the library knows nothing (in most countries before 1900 and after 2100) have none.
    """

    place: Place

    def is_holiday(self, date: dt.date, /) -> bool:
        """Return whether a day is a public holiday there."""
        return date in _year_of(self.place.country, self.place.region, date.year).holidays

    def is_workday(self, date: dt.date, /) -> bool:
        """Return whether people work there on a day: no holiday, and no weekend but one that was made a workday."""
        year = _year_of(self.place.country, self.place.region, date.year)
        if date in year.holidays:
            return False
        weekend = (date.weekday() in year.weekend) != (date in year.otherwise)
        return not weekend or date in year.worked

    def between(self, first: dt.date, last: dt.date, /) -> Iterator[dt.date]:
        """Return the public holidays there from one day to another, both included, in order."""
        for year in range(first.year, last.year + 1):
            days = _year_of(self.place.country, self.place.region, year).in_order
            yield from days[bisect_left(days, first) : bisect_right(days, last)]


def days_off_of(
    country: str | None, region: str | None, on_holiday: Literal["ignore", "skip", "before", "after"]
) -> DaysOff | None:
    """Return the days off of a person for a series; None where the person has no country or the series ignores them.

    Raises CountryUnknown and RegionUnknown.
    """
    if country is None or on_holiday == "ignore":
        return None
    return DaysOff(_calendar_of(country, region), on_holiday)


@dataclass(frozen=True, slots=True)
class _Year:
    """`weekend`: its weekdays in the middle of the year; `otherwise`: days of the year for which these do not hold."""

    holidays: frozenset[dt.date]
    in_order: tuple[dt.date, ...]
    weekend: frozenset[int]
    otherwise: frozenset[dt.date]
    worked: frozenset[dt.date]


@lru_cache(maxsize=512)
def _calendar_of(country: str, region: str | None) -> PublicHolidays:
    return PublicHolidays(place_of(country, region))


@lru_cache(maxsize=MOST_YEARS)
def _year_of(country: str, region: str | None, year: int) -> _Year:
    known: Any = library().country_holidays(country, subdiv=region, years=year, expand=False)
    # Not `known.weekend`, which is today's: Saudi Arabia's was Thursday and Friday until June 2013.
    return _Year(
        frozenset(known),
        tuple(sorted(day for day in known if day.year == year)),
        *_weekend_of(known, year),
        frozenset(known.weekend_workdays),
    )


def _weekend_of(known: Any, year: int) -> tuple[frozenset[int], frozenset[dt.date]]:
    """Return the weekend's weekdays and the days of the year for which these do not hold.

    Not `known.weekend`, which is today's: Saudi Arabia's was Thursday and Friday until June 2013. Each day is asked
    only where some fortnights (in Taiwan every second Saturday was worked) do not agree: 365 cost more than all else.
    """
    weekend = frozenset(day.weekday() for day in _days(dt.date(year, 7, 1), 7) if known.is_weekend(day))

    def is_other(day: dt.date) -> bool:
        return known.is_weekend(day) != (day.weekday() in weekend)

    fortnights = (_days(dt.date(year, month, day), 14) for month, day in ((1, 1), (4, 1), (7, 1), (10, 1), (12, 18)))
    if not any(map(is_other, chain.from_iterable(fortnights))):
        return weekend, frozenset()
    return weekend, frozenset(filter(is_other, _days(dt.date(year, 1, 1), 366 if isleap(year) else 365)))


def _days(first: dt.date, count: int) -> Iterator[dt.date]:
    return (first + dt.timedelta(days=n) for n in range(count))
