"""A series' rule against its start: whether it is accepted, and its first date from some day on."""

from __future__ import annotations

import datetime as dt

from recurrence_rules import (
    Closed,
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

from todo_backend.errors import RecurrenceInvalid
from todo_backend.series.domain import Recurrence, Series
from todo_backend.tasks.domain import NOT_YET, Due, Task


def first_occurrence(recurrence: Recurrence, start: Due) -> Occurrence:
    """Return the first occurrence of a rule. Raises RecurrenceInvalid with the rule's own code."""
    if recurrence.trigger == "on_schedule" and recurrence.anchor == "completion":
        sentence = "A series that goes on by schedule cannot be measured from completions."
        raise RecurrenceInvalid("anchor_needs_on_completion", sentence)
    try:
        found = preview(
            parse_rule(recurrence.rrule), _start(start), 1, exdates=recurrence.exdates, rdates=recurrence.rdates
        )
    except RecurrenceError as error:
        raise RecurrenceInvalid(error.code, str(error)) from error
    if not found:
        raise RecurrenceInvalid("rule_without_occurrence", "Every occurrence of the rule is excluded.")
    return found[0]


def occurrence_from(recurrence: Recurrence, start: Due, day: dt.date) -> Next | None:
    """Return the first occurrence on `day` or after it, None when the rule has come to its end."""
    rule = parse_rule(recurrence.rrule)
    found = next_occurrence(
        rule,
        _start(start),
        Closed(key_before(rule, _start(start), day), NOT_YET, start.time_zone),
        missed="each",
        exdates=recurrence.exdates,
        rdates=recurrence.rdates,
    )
    return found if isinstance(found, Next) else None


def stands_on_its_date(task: Task, series: Series) -> bool:
    """Say whether an occurrence is due where its key says: it was not postponed."""
    if task.occurrence_key is None or task.due is None:
        return False
    place = occurrence_of(parse_rule(series.recurrence.rrule), _start(series.start), task.occurrence_key)
    return task.due == Due(place.date, place.time, place.zone)


def key_day(task: Task) -> dt.date:
    """Return the day of an occurrence on the grid of its series."""
    assert task.occurrence_key is not None  # noqa: S101 - every occurrence has a key
    return parse_wall(task.occurrence_key)[0]


def _start(start: Due) -> Start:
    return Start(start.date, start.time, start.time_zone)
