"""A series' rule against its start: whether it is accepted, and its first date from some day on."""

from __future__ import annotations

import datetime as dt

from public_holidays import days_off_of
from recurrence_rules import (
    Closed,
    DaysOff,
    Ended,
    Next,
    Occurrence,
    RecurrenceError,
    Start,
    key_before,
    next_occurrence,
    occurrence_of,
    parse_rule,
    parse_wall,
    preview,
)

from todo_backend.accounts.domain import Account
from todo_backend.errors import RecurrenceInvalid
from todo_backend.series.domain import Recurrence, Series
from todo_backend.tasks.domain import NOT_YET, Due, Task


def days_off(recurrence: Recurrence, account: Account | None) -> DaysOff | None:
    """Return the public holidays that count for a series of this person; None where there are none."""
    return None if account is None else days_off_of(account.country, account.region, recurrence.on_holiday)


def require_country(recurrence: Recurrence, account: Account | None) -> None:
    """Refuse a choice about public holidays of somebody who has none. Raises RecurrenceInvalid."""
    if recurrence.on_holiday != "ignore" and (account is None or account.country is None):
        sentence = "Say first whose public holidays are yours: the country of your account."
        raise RecurrenceInvalid("on_holiday_needs_country", sentence)


def first_occurrence(recurrence: Recurrence, start: Due, off: DaysOff | None) -> Occurrence:
    """Return the first occurrence of a rule. Raises RecurrenceInvalid with the rule's own code."""
    if recurrence.trigger == "on_schedule" and recurrence.anchor == "completion":
        sentence = "A series that goes on by schedule cannot be measured from completions."
        raise RecurrenceInvalid("anchor_needs_on_completion", sentence)
    try:
        found = preview(
            parse_rule(recurrence.rrule),
            _start(start),
            1,
            exdates=recurrence.exdates,
            rdates=recurrence.rdates,
            days_off=off,
        )
    except RecurrenceError as error:
        raise RecurrenceInvalid(error.code, str(error)) from error
    if not found:
        holiday = " or a public holiday" if off else ""
        raise RecurrenceInvalid("rule_without_occurrence", f"Every occurrence of the rule is excluded{holiday}.")
    return found[0]


def occurrence_from(recurrence: Recurrence, start: Due, day: dt.date, off: DaysOff | None) -> Next | None:
    """Return the first occurrence on `day` or after it, None when the rule has come to its end."""
    rule = parse_rule(recurrence.rrule)
    found = next_occurrence(
        rule,
        _start(start),
        Closed(key_before(rule, _start(start), day), NOT_YET, start.time_zone),
        missed="each",
        exdates=recurrence.exdates,
        rdates=recurrence.rdates,
        days_off=off,
    )
    return found if isinstance(found, Next) else None


def first_to_come(series: Series, task: Task, now: dt.datetime, day_zone: str, off: DaysOff | None) -> Next | Ended:
    """Return the first date after an occurrence that is still to come, as if that one had been closed just now."""
    assert task.occurrence_key is not None  # noqa: S101 - every occurrence has a key
    closed = Closed(
        task.occurrence_key, now, day_zone, task.occurrence_number or 1, task.due and task.due.date, series.resumed_at
    )
    return next_occurrence(
        parse_rule(series.recurrence.rrule),
        _start(series.start),
        closed,
        anchor=series.recurrence.anchor,
        exdates=series.recurrence.exdates,
        rdates=series.recurrence.rdates,
        days_off=off,
    )


def stands_on_its_date(task: Task, series: Series, off: DaysOff | None) -> bool:
    """Say whether an occurrence is due where its key and the holidays say: it was not postponed."""
    if task.occurrence_key is None or task.due is None:
        return False
    rule = parse_rule(series.recurrence.rrule)
    place = occurrence_of(rule, _start(series.start), task.occurrence_key, days_off=off)
    return task.due == Due(place.date, place.time, place.zone)


def key_day(task: Task) -> dt.date:
    """Return the day of an occurrence on the grid of its series."""
    assert task.occurrence_key is not None  # noqa: S101 - every occurrence has a key
    return parse_wall(task.occurrence_key)[0]


def _start(start: Due) -> Start:
    return Start(start.date, start.time, start.time_zone)
