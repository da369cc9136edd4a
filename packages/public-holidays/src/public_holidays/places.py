"""The countries and regions whose holidays are known.

The data is that of the `holidays` package. It takes 70 ms and 11 MB to import, so it is imported when somebody who has
a country is first asked about; the data of a country comes in when that country does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import Any

from public_holidays.errors import CountryUnknown, RegionUnknown

_SHOWN = 40
"""Characters of what somebody wrote that a message repeats."""


@dataclass(frozen=True, slots=True)
class Place:
    """A country (ISO 3166-1, two letters) and, where the holidays of a region are meant, its code there."""

    country: str
    region: str | None = None


@dataclass(frozen=True, slots=True)
class Region:
    """A region of a country: its code, and its name where one is known."""

    code: str
    name: str


def place_of(country: str, region: str | None = None) -> Place:
    """Return a place whose holidays are known. Raises CountryUnknown and RegionUnknown, which name it."""
    known = _known().get(country)
    if known is None:
        raise CountryUnknown(country[:_SHOWN])
    if region is not None and region not in known:
        raise RegionUnknown(f"{region[:_SHOWN]} in {country}")
    return Place(country, region)


def countries() -> tuple[str, ...]:
    """Return the codes of the countries whose holidays are known, sorted."""
    return tuple(_known())


def regions(country: str) -> tuple[Region, ...]:
    """Return the regions of a country that have holidays of their own, by name. Raises CountryUnknown."""
    place_of(country)
    names: dict[str, str] = {}
    for name, code in library().country_holidays(country).subdivisions_aliases.items():
        names.setdefault(code, name)
    found = (Region(code, names.get(code, code)) for code in _known()[country])
    return tuple(sorted(found, key=lambda region: region.name))


@lru_cache(maxsize=1)
def library() -> Any:
    """Return the `holidays` package."""
    return import_module("holidays")


@lru_cache(maxsize=1)
def _known() -> Mapping[str, tuple[str, ...]]:
    listed: dict[str, list[str]] = library().list_supported_countries(include_aliases=False)
    return {country: tuple(codes) for country, codes in sorted(listed.items())}
