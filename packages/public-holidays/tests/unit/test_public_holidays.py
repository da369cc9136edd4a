"""Real countries through the adapter: holidays, regions, weekends, what was observed instead, and what is unknown."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from typing import Literal

import pytest
from public_holidays import (
    CountryUnknown,
    Place,
    PublicHolidays,
    Region,
    RegionUnknown,
    countries,
    days_off_of,
    place_of,
    regions,
)
from recurrence_rules import Start, parse_rule, preview


def calendar(country: str, region: str | None = None) -> PublicHolidays:
    return PublicHolidays(place_of(country, region))


@pytest.mark.parametrize(
    ("country", "region", "day", "holiday", "worked"),
    [
        ("DE", None, "2026-12-25", True, False),
        ("DE", None, "2026-12-28", False, True),
        ("DE", None, "2026-12-27", False, False),  # a Sunday
        ("DE", None, "2027-01-06", False, True),  # Epiphany is one in three states only
        ("DE", "BY", "2027-01-06", True, False),
        ("US", None, "2027-12-31", True, False),  # New Year's Day 2028 is a Saturday: observed on the Friday before
        ("US", None, "2026-07-03", True, False),  # and so is a Fourth of July
        ("SA", None, "2026-11-20", False, False),  # a Friday: the weekend there
        ("SA", None, "2026-11-22", False, True),  # a Sunday
        ("SA", None, "2011-11-17", False, False),  # a Thursday: the weekend there until June 2013
        ("SA", None, "2011-11-19", False, True),  # a Saturday
        ("SA", None, "2013-06-27", False, False),  # the last Thursday of it
        ("SA", None, "2013-07-04", False, True),
        ("TW", None, "1999-03-06", False, True),  # every second Saturday was worked
        ("TW", None, "1999-03-13", False, False),
        ("CN", None, "2026-02-14", False, True),  # a Saturday worked for a holiday of that week
    ],
)
def test_a_day_in_a_place(country: str, region: str | None, day: str, holiday: bool, worked: bool) -> None:
    date = dt.date.fromisoformat(day)

    assert calendar(country, region).is_holiday(date) is holiday
    assert calendar(country, region).is_workday(date) is worked


def test_what_is_unknown_is_named() -> None:
    with pytest.raises(CountryUnknown, match=r"\(XX\)"):
        place_of("XX")
    with pytest.raises(CountryUnknown, match=r"\(Germany\)"):
        place_of("Germany")
    with pytest.raises(RegionUnknown, match=r"\(ZZ in DE\)"):
        place_of("DE", "ZZ")


def test_the_places_are_listed_with_the_names_of_their_regions() -> None:
    assert {"DE", "US", "VN", "FR", "ES"} <= set(countries())
    assert Region("BY", "Bayern") in regions("DE")
    with pytest.raises(CountryUnknown):
        regions("XX")


@pytest.mark.parametrize(
    ("on_holiday", "dates"),
    [
        ("skip", ["2026-12-24", "2026-12-27", "2026-12-28"]),
        ("ignore", ["2026-12-24", "2026-12-25", "2026-12-26"]),
    ],
)
def test_days_off_of_a_person(on_holiday: Literal["ignore", "skip"], dates: list[str]) -> None:
    found = preview(
        parse_rule("FREQ=DAILY"),
        Start(dt.date(2026, 12, 24), None, "Europe/Berlin"),
        3,
        days_off=days_off_of("DE", None, on_holiday),
    )

    assert [one.date.isoformat() for one in found] == dates


def test_who_has_no_country_has_no_holidays() -> None:
    assert days_off_of(None, None, "skip") is None


def test_every_country_can_be_asked_and_each_of_its_regions() -> None:
    for country in ("DE", "US", "AU", "CH", "IN", "ES", "VN", "BR"):
        for region in (None, *(one.code for one in regions(country))):
            assert any(
                calendar(country, region).is_holiday(dt.date(2027, 1, 1) + dt.timedelta(days=n)) for n in range(365)
            ), Place(country, region)


def test_the_data_is_not_imported_before_it_is_asked_for() -> None:
    """Processes whose people have no country must not pay for it."""
    asked = "import sys, public_holidays; print('holidays' in sys.modules)"

    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)

    assert said.stdout.strip() == "False"


@pytest.mark.parametrize(("country", "region"), [("DE", "BY"), ("US", None), ("CN", None), ("SA", None)])
def test_holidays_between_two_days_are_the_days_that_are_one(country: str, region: str | None) -> None:
    here, first, last = calendar(country, region), dt.date(2019, 12, 26), dt.date(2028, 1, 6)
    days = [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
    assert list(here.between(first, last)) == [day for day in days if here.is_holiday(day)]
    assert list(here.between(last, first)) == []
