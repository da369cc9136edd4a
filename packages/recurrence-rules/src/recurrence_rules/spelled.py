"""A rule with everything written into it that its start says, and nothing in it that changes no date."""

from __future__ import annotations

from dataclasses import replace

from recurrence_rules.combinations import LONGEST_MONTHS
from recurrence_rules.grid import bind
from recurrence_rules.rule import Frequency, Rule, Skip, Weekday
from recurrence_rules.wall import Start

WORKDAYS = tuple(Weekday(day) for day in range(5))
_ALL_WEEK = tuple(Weekday(day) for day in range(7))
_SHORTEST_MONTH = 28
_MOST_IN_MONTH, _MOST_IN_YEAR = 5, 53


def spelled(rule: Rule, start: Start, *, anchor: str = "schedule") -> Rule:
    """Return the rule in the one form that all rules with the same words share; it has the same dates from the start.

    Counted from completion, a rule that names no days is left without: it takes the day on which it was done.
    """
    named = rule.weekdays or rule.month_days or rule.months or rule.year_days or rule.week_numbers
    if rule.frequency is Frequency.HOURLY or (anchor == "completion" and not named):
        return replace(rule, week_start=0, skip=Skip.OMIT, positions=())
    rule = bind(rule, start.date)
    if rule.month_days and rule.weekdays == _ALL_WEEK:
        rule = replace(rule, weekdays=())
    rule = _without_single_set(_without_whole_month(rule))
    if rule.week_start and not _needs_week_start(rule):
        rule = replace(rule, week_start=0)
    return rule if rule.skip is Skip.OMIT or needs_skip(rule) else replace(rule, skip=Skip.OMIT)


def needs_skip(rule: Rule) -> bool:
    """Say whether SKIP is there and some month or year can lack a day (or week 53) that the rule names."""
    if rule.skip is Skip.OMIT:
        return False
    if rule.year_days:
        return max(map(abs, rule.year_days)) == 366
    if rule.week_numbers:
        return max(map(abs, rule.week_numbers)) == 53
    counts_days = rule.frequency in (Frequency.MONTHLY, Frequency.YEARLY)
    return counts_days and max(map(abs, rule.month_days), default=0) > _SHORTEST_MONTH


def _needs_week_start(rule: Rule) -> bool:
    weekly = rule.frequency is Frequency.WEEKLY and (rule.interval > 1 or bool(rule.positions))
    return weekly or bool(rule.week_numbers)


def _without_whole_month(rule: Rule) -> Rule:
    """Return all weekdays of a month with BYSETPOS=-1 as BYMONTHDAY=-1."""
    in_month = rule.frequency is Frequency.MONTHLY or (rule.frequency is Frequency.YEARLY and len(rule.months) == 1)
    whole = rule.weekdays == _ALL_WEEK and not (rule.month_days or rule.year_days or rule.week_numbers)
    if not (in_month and whole and rule.positions):
        return rule
    if max(map(abs, rule.positions)) > max(LONGEST_MONTHS):
        return rule
    return replace(rule, weekdays=(), positions=(), month_days=rule.positions, skip=Skip.OMIT)


def _without_single_set(rule: Rule) -> Rule:
    """Return BYDAY=FR;BYSETPOS=-1 as BYDAY=-1FR, and a week's only day without its BYSETPOS."""
    single = rule.positions and len(rule.weekdays) == 1
    if not single or rule.year_days or rule.week_numbers:
        return rule
    day, furthest = rule.weekdays[0], max(map(abs, rule.positions))
    if rule.frequency is Frequency.WEEKLY:
        return replace(rule, positions=())
    in_month = rule.frequency is Frequency.MONTHLY or len(rule.months) == 1
    in_year = rule.frequency is Frequency.YEARLY and not rule.months
    most = _MOST_IN_MONTH if in_month else _MOST_IN_YEAR if in_year else 0
    if rule.month_days or day.nth or furthest > most:
        return rule
    return replace(rule, positions=(), weekdays=tuple(sorted(Weekday(day.weekday, nth) for nth in rule.positions)))
