"""From the text of a rule to a Rule. Rules come from strangers: what is not understood is refused, in bounded time."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache

from recurrence_rules import errors
from recurrence_rules.rule import Frequency, Rule, Skip, Until, Weekday

MAX_LENGTH = 200
MAX_INTERVAL = 999
MAX_COUNT = 9999
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LONGEST_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

_SUPPORTED = {
    "FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "BYMONTH", "COUNT", "UNTIL", "WKST", "RSCALE", "SKIP",
}  # fmt: skip
_KNOWN = _SUPPORTED | {"BYSECOND", "BYMINUTE", "BYHOUR", "BYYEARDAY", "BYWEEKNO", "BYSETPOS"}
_PART = re.compile(r"([A-Z]+)=([0-9A-Z,+\-]+)", re.ASCII)
_NUMBER = re.compile(r"\d{1,4}", re.ASCII)
_SIGNED = re.compile(r"[+-]?\d{1,2}", re.ASCII)
_WEEKDAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)", re.ASCII)
_UNTIL = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z)?)?", re.ASCII)


@lru_cache(maxsize=4096)
def parse_rule(text: str) -> Rule:
    """Return the rule that `text` says (RFC 5545, section 3.3.10; letter case is ignored).

    Raises a case of RecurrenceError for anything malformed, unknown, unsupported, unbounded or impossible.
    """
    parts = _parts(text)
    frequency = _frequency(parts["FREQ"])
    weekdays = _weekdays(parts.get("BYDAY"))
    month_days = _month_days(parts.get("BYMONTHDAY"))
    months = _months(parts.get("BYMONTH"))
    skip = _skip(parts.get("RSCALE"), parts.get("SKIP"))
    if "COUNT" in parts and "UNTIL" in parts:
        raise errors.CountWithUntil
    rule = Rule(
        frequency=frequency,
        interval=_bounded(parts.get("INTERVAL", "1"), MAX_INTERVAL, errors.IntervalOutOfRange),
        weekdays=weekdays,
        month_days=month_days,
        months=months,
        count=_bounded(parts["COUNT"], MAX_COUNT, errors.CountOutOfRange) if "COUNT" in parts else None,
        until=_until(parts["UNTIL"]) if "UNTIL" in parts else None,
        week_start=_week_start(parts.get("WKST", "MO")),
        skip=skip,
    )
    _refuse_combinations(rule)
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
        if number and not 1 <= abs(nth) <= 5:
            raise errors.WeekdayMalformed(item)
        found.add(Weekday(WEEKDAYS.index(name), nth))
    return tuple(sorted(found))


def _month_days(value: str | None) -> tuple[int, ...]:
    return _numbers(value, 31, errors.MonthDayMalformed, negative=True)


def _months(value: str | None) -> tuple[int, ...]:
    return _numbers(value, 12, errors.MonthMalformed, negative=False)


def _numbers(
    value: str | None, highest: int, error: type[errors.RecurrenceError], *, negative: bool
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


def _refuse_combinations(rule: Rule) -> None:
    """Refuse what the standard forbids, what engines disagree about, and days that no month has."""
    yearly = rule.frequency is Frequency.YEARLY
    if rule.frequency is Frequency.WEEKLY and rule.month_days:
        raise errors.PartUnsupported("BYMONTHDAY with FREQ=WEEKLY")
    if yearly and not rule.months and (rule.weekdays or rule.month_days):
        raise errors.PartUnsupported("FREQ=YEARLY with days but without BYMONTH")
    if rule.frequency in (Frequency.DAILY, Frequency.WEEKLY) and any(day.nth for day in rule.weekdays):
        raise errors.PartUnsupported(f"a counted weekday with FREQ={rule.frequency}")
    if rule.frequency is Frequency.DAILY and rule.interval > 1 and (rule.month_days or rule.weekdays):
        raise errors.PartUnsupported("BYDAY or BYMONTHDAY with FREQ=DAILY and INTERVAL")
    if rule.skip is Skip.BACKWARD and any(day < -28 for day in rule.month_days):
        raise errors.PartUnsupported("SKIP=BACKWARD with days before -28")
    longest = max(LONGEST_MONTHS[month - 1] for month in rule.months or range(1, 13))
    if rule.month_days and rule.skip is Skip.OMIT and min(map(abs, rule.month_days)) > longest:
        raise errors.DateImpossible(f"{rule.month_days[0]} in months {rule.months}")
