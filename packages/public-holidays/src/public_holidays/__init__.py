"""Public holidays of countries and regions, as a calendar that recurrence-rules takes."""

from __future__ import annotations

from public_holidays.calendar import PublicHolidays, days_off_of
from public_holidays.errors import CountryUnknown, RegionUnknown
from public_holidays.places import Place, Region, countries, place_of, regions

__all__ = [
    "CountryUnknown",
    "Place",
    "PublicHolidays",
    "Region",
    "RegionUnknown",
    "countries",
    "days_off_of",
    "place_of",
    "regions",
]
