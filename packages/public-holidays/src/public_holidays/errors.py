"""What can be wrong with a place; as with rules, a case has a stable `code` and its docstring is its message."""

from __future__ import annotations

from recurrence_rules import RecurrenceError


class CountryUnknown(RecurrenceError):
    """No public holidays are known of this country; countries are ISO 3166-1 codes such as DE."""

    code = "country_unknown"


class RegionUnknown(RecurrenceError):
    """This country has no such region with holidays of its own; regions are codes such as BY of DE."""

    code = "region_unknown"
