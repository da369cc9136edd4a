"""From the text of a rule to a Rule. Rules come from strangers: what is not understood is refused, in bounded time."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache

from recurrence_rules import errors
from recurrence_rules.combinations import refuse_combinations
from recurrence_rules.rule import Frequency, Rule, Skip, Until, Weekday

MAX_LENGTH = 200
MAX_INTERVAL = 999
MAX_COUNT = 9999
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")

_SUPPORTED = {
    "FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYYEARDAY", "BYWEEKNO", "BYSETPOS", "COUNT", "UNTIL", "WKST",
    "RSCALE", "SKIP",
}  # fmt: skip
_KNOWN = _SUPPORTED | {"BYSECOND", "BYMINUTE", "BYHOUR"}
_PART = re.compile(r"([A-Z]+)=([0-9A-Z,+\-]+)", re.ASCII)
_NUMBER = re.compile(r"\d{1,4}", re.ASCII)
_SIGNED = re.compile(r"[+-]?\d{1,3}", re.ASCII)
_WEEKDAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)", re.ASCII)
_UNTIL = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z)?)?", re.ASCII)


@lru_cache(maxsize=4096)
def parse_rule(text: str) -> Rule:
    """Return the rule that `text` says (RFC 5545, section 3.3.10; letter case is ignored).

    Raises a case of RecurrenceError for anything malformed, unknown, unsupported, unbounded or impossible.
    """
    parts = _parts(text)
    frequency = _frequency(parts["FREQ"])
    if "COUNT" in parts and "UNTIL" in parts:
        raise errors.CountWithUntil
    rule = Rule(
        frequency=frequency,
        interval=_bounded(parts.get("INTERVAL", "1"), MAX_INTERVAL, errors.IntervalOutOfRange),
        weekdays=_weekdays(parts.get("BYDAY")),
        month_days=_numbers(parts.get("BYMONTHDAY"), 31, errors.MonthDayMalformed),
        months=_numbers(parts.get("BYMONTH"), 12, errors.MonthMalformed, negative=False),
        count=_bounded(parts["COUNT"], MAX_COUNT, errors.CountOutOfRange) if "COUNT" in parts else None,
        until=_until(parts["UNTIL"]) if "UNTIL" in parts else None,
        week_start=_week_start(parts.get("WKST", "MO")),
        skip=_skip(parts.get("RSCALE"), parts.get("SKIP")),
        year_days=_numbers(parts.get("BYYEARDAY"), 366, errors.YearDayMalformed),
        week_numbers=_numbers(parts.get("BYWEEKNO"), 53, errors.WeekNumberMalformed),
        positions=_numbers(parts.get("BYSETPOS"), 366, errors.PositionMalformed),
    )
    refuse_combinations(rule)
    return rule


def _parts(text: str) -> dict[str, str]:
    if len(text) > MAX_LENGTH:
        raise errors.RuleTooLong(f"{len(text)} characters")
    parts: dict[str, str] = {}
    for item in text.upper().removeprefix("RRULE:").removesuffix(";").split(";"):
        match = _PART.fullmatch(item)
        if match is None:
            raise errors.RuleMalformed(repr(item))
        name, value = match.groups()
        if name in parts:
            raise errors.PartRepeated(name)
        if name not in _KNOWN:
            raise errors.PartUnknown(name)
        if name not in _SUPPORTED:
            raise errors.PartUnsupported(name)
        parts[name] = value
    if "FREQ" not in parts:
        raise errors.RuleMalformed("FREQ is missing")
    return parts


def _frequency(value: str) -> Frequency:
    try:
        return Frequency(value)
    except ValueError:
        raise errors.FrequencyUnsupported(value) from None


def _bounded(value: str, highest: int, error: type[errors.RecurrenceError]) -> int:
    if not _NUMBER.fullmatch(value) or not 1 <= int(value) <= highest:
        raise error(value)
    return int(value)


def _weekdays(value: str | None) -> tuple[Weekday, ...]:
    found: set[Weekday] = set()
    for item in value.split(",") if value is not None else ():
        match = _WEEKDAY.fullmatch(item)
        if match is None:
            raise errors.WeekdayMalformed(item)
        number, name = match.groups()
        nth = int(number) if number else 0
        if number and not 1 <= abs(nth) <= 53:
            raise errors.WeekdayMalformed(item)
        found.add(Weekday(WEEKDAYS.index(name), nth))
    return tuple(sorted(found))


def _numbers(
    value: str | None, highest: int, error: type[errors.RecurrenceError], *, negative: bool = True
) -> tuple[int, ...]:
    found: set[int] = set()
    for item in value.split(",") if value is not None else ():
        if not _SIGNED.fullmatch(item) or not 1 <= abs(int(item)) <= highest or (int(item) < 0 and not negative):
            raise error(item)
        found.add(int(item))
    return tuple(sorted(found))


def _until(value: str) -> Until:
    match = _UNTIL.fullmatch(value)
    if match is None:
        raise errors.UntilMalformed(value)
    year, month, day, hour, minute, second, utc = match.groups()
    try:
        date = dt.date(int(year), int(month), int(day))
        if hour is None:
            return date
        time = dt.time(int(hour), int(minute), int(second))
    except ValueError:
        raise errors.UntilMalformed(value) from None
    return dt.datetime.combine(date, time, dt.UTC if utc else None)


def _week_start(value: str) -> int:
    if value not in WEEKDAYS:
        raise errors.WeekdayMalformed(f"WKST={value}")
    return WEEKDAYS.index(value)


def _skip(rscale: str | None, skip: str | None) -> Skip:
    if rscale not in (None, "GREGORIAN"):
        raise errors.PartUnsupported(f"RSCALE={rscale}")
    if skip is None:
        return Skip.OMIT
    if rscale is None or skip not in Skip.__members__:
        raise errors.SkipMalformed(f"SKIP={skip}")
    return Skip(skip)
