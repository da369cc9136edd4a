"""Parts of a rule that do not go together: what the RFCs forbid, what engines disagree about, days that never come."""

from __future__ import annotations

from recurrence_rules import errors
from recurrence_rules.rule import Frequency, Rule, Skip

LONGEST_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
MOST_IN_MONTH = 5
"""A month has each weekday five times at most."""


def refuse_combinations(rule: Rule) -> None:
    """Raise PartUnsupported or DateImpossible with the parts named; which combinations, the README lists."""
    if rule.frequency is Frequency.HOURLY:
        _refuse_with_hourly(rule)
    if rule.frequency is not Frequency.YEARLY:
        _refuse_outside_years(rule)
    if rule.frequency is Frequency.YEARLY:
        _refuse_in_years(rule)
    if rule.frequency in (Frequency.DAILY, Frequency.WEEKLY) and any(day.nth for day in rule.weekdays):
        raise errors.PartUnsupported(f"a counted weekday in BYDAY with FREQ={rule.frequency}")
    _refuse_impossible(rule)


def _refuse_with_hourly(rule: Rule) -> None:
    parts = {
        "BYDAY": rule.weekdays,
        "BYMONTHDAY": rule.month_days,
        "BYMONTH": rule.months,
        "BYYEARDAY": rule.year_days,
        "BYWEEKNO": rule.week_numbers,
        "BYSETPOS": rule.positions,
    }
    for name, value in parts.items():
        if value:
            raise errors.PartUnsupported(f"{name} with FREQ=HOURLY")


def _refuse_outside_years(rule: Rule) -> None:
    if rule.year_days:
        raise errors.PartUnsupported(f"BYYEARDAY with FREQ={rule.frequency}")
    if rule.week_numbers:
        raise errors.PartUnsupported(f"BYWEEKNO with FREQ={rule.frequency}")


def _refuse_in_years(rule: Rule) -> None:
    in_year = rule.year_days or rule.week_numbers
    if rule.month_days and not rule.months and not in_year:
        # Some engines take the start's month, others every month.
        raise errors.PartUnsupported("BYMONTHDAY with FREQ=YEARLY but without BYMONTH")
    if rule.week_numbers and any(day.nth for day in rule.weekdays):
        raise errors.PartUnsupported("a counted weekday in BYDAY with BYWEEKNO")
    if rule.skip is Skip.OMIT or not in_year:
        return
    limits = rule.weekdays or rule.month_days or rule.months or (rule.year_days and rule.week_numbers)
    if limits and (
        max(map(abs, rule.year_days), default=0) == 366 or max(map(abs, rule.week_numbers), default=0) == 53
    ):
        # The RFC does not say whether those parts look at the day before it is moved, or after.
        raise errors.PartUnsupported(f"SKIP={rule.skip} with day 366 or week 53 and other parts that name days")


def _refuse_impossible(rule: Rule) -> None:
    longest = max(LONGEST_MONTHS[month - 1] for month in rule.months or range(1, 13))
    if rule.month_days and rule.skip is Skip.OMIT and min(map(abs, rule.month_days)) > longest:
        raise errors.DateImpossible(f"BYMONTHDAY {rule.month_days[0]} in months {rule.months}")
    in_months = rule.frequency is Frequency.MONTHLY or rule.months
    if rule.weekdays and in_months and all(abs(day.nth) > MOST_IN_MONTH for day in rule.weekdays):
        raise errors.DateImpossible(f"BYDAY counts to {rule.weekdays[0].nth} in a month")
    if rule.frequency is Frequency.DAILY and rule.positions and not {1, -1} & set(rule.positions):
        raise errors.DateImpossible("BYSETPOS: a day is one")
    in_week = len(rule.weekdays) or (7 if rule.month_days else 1)
    if rule.frequency is Frequency.WEEKLY and rule.positions and min(map(abs, rule.positions)) > in_week:
        raise errors.DateImpossible("BYSETPOS counts further than the week has days of BYDAY")
