"""Rules that strangers make up: refused with the part named, or dated, in a counted number of steps."""

from __future__ import annotations

import datetime as dt
import re
from itertools import islice

from hypothesis import given, settings
from hypothesis import strategies as st
from recurrence_rules import Closed, RecurrenceError, Start, check, next_occurrence, occurrences, parse_rule, preview
from recurrence_rules.grid import STEP_BUDGET, Steps, grid_of
from recurrence_rules.occurrences import FIRST_WITHIN_YEARS
from recurrence_rules.rule import Frequency

NAMES = re.compile(
    r"FREQ|INTERVAL|COUNT|UNTIL|BY(DAY|MONTHDAY|MONTH|YEARDAY|WEEKNO|SETPOS|HOUR|MINUTE|SECOND)|WKST|SKIP|RSCALE|"
    r"characters|weekday|day of the (month|year)|week number|month is|NAME=VALUE|nine years|COUNT and|no such part"
)


def listed(low: int, high: int, most: int) -> st.SearchStrategy[str]:
    number = st.integers(low, high) | st.integers(-high, -low) | st.integers(-400, 400)
    return st.lists(number, min_size=1, max_size=most).map(lambda found: ",".join(map(str, found)))


nths = st.sampled_from(["", "", "1", "-1", "5", "20", "-53", "0"])
names = st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU", "XX"])
weekdays = st.lists(st.tuples(nths, names), min_size=1, max_size=9).map(lambda all_: ",".join(n + d for n, d in all_))
PARTS = {
    "INTERVAL": st.sampled_from(["1", "2", "7", "13", "73", "365", "773", "999", "0", "-1", "1000"]),
    "BYDAY": weekdays,
    "BYMONTHDAY": listed(1, 31, 8),
    "BYMONTH": listed(1, 12, 5),
    "BYYEARDAY": listed(1, 366, 6),
    "BYWEEKNO": listed(1, 53, 6),
    "BYSETPOS": listed(1, 31, 4),
    "WKST": st.sampled_from(["MO", "SU", "TH", "X"]),
    "RSCALE": st.sampled_from(["GREGORIAN", "CHINESE"]),
    "SKIP": st.sampled_from(["OMIT", "BACKWARD", "FORWARD", "X"]),
    "COUNT": st.sampled_from(["1", "9999", "0"]),
    "UNTIL": st.sampled_from(["20260101", "99991231", "20500101T000000Z", "2026"]),
    "BYHOUR": st.just("9"),
    "X": st.just("1"),
}


@st.composite
def soups(draw: st.DrawFn) -> str:
    """Return a rule of any parts, in any order."""
    chosen = draw(st.lists(st.sampled_from([*PARTS]), max_size=6, unique=True))
    parts = [f"{name}={draw(PARTS[name])}" for name in chosen]
    frequency = draw(st.sampled_from(["HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY", "YEARLY", "MINUTELY"]))
    return ";".join(draw(st.permutations([f"FREQ={frequency}", *parts])))


starts = st.builds(
    Start,
    st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1)) | st.just(dt.date(9999, 12, 28)),
    st.sampled_from([None, dt.time(2, 30)]),
    st.sampled_from(["Europe/Berlin", "Pacific/Apia"]),
)


@settings(deadline=None, max_examples=300)  # steps are counted instead of time
@given(soups(), starts)
def test_any_rule_is_refused_by_name_or_dated_in_bounded_steps(text: str, start: Start) -> None:
    if (error := _refused(text, start)) is not None:
        # What this one says in general names FREQ, whatever is wrong.
        said = error.detail if error.code == "rule_part_unsupported" else str(error)
        assert NAMES.search(said), str(error)
        assert error.code != RecurrenceError.code
        return
    rule = parse_rule(text)
    first = preview(rule, start, 1)
    assert first
    assert first[0].date.year - start.date.year <= FIRST_WITHIN_YEARS + 1
    steps = Steps()
    closed = Closed(first[0].key, dt.datetime(2126, 6, 1, tzinfo=dt.UTC), start.zone)
    next_occurrence(rule, start, closed, steps=steps)
    next_occurrence(rule, start, closed, anchor="completion")
    assert steps.taken <= STEP_BUDGET
    dates = [one.at for one in islice(occurrences(rule, start), 12)]
    assert dates == sorted(set(dates))


@settings(deadline=None)
@given(soups(), starts)
def test_a_check_looks_at_ten_years(text: str, start: Start) -> None:
    try:
        rule = parse_rule(text)
    except RecurrenceError:
        return
    if rule.frequency is Frequency.HOURLY:
        return
    grid, looked = grid_of(rule, start.date), Steps()
    next(grid.dates(start.date.toordinal(), looked, FIRST_WITHIN_YEARS + 1), None)
    assert looked.taken <= FIRST_WITHIN_YEARS + 1
    first = next(grid.dates(start.date.toordinal()), None)
    try:
        check(rule, start)
    except RecurrenceError:
        end = rule.until is not None and first is not None
        far = first is None or dt.date.fromordinal(first).year - start.date.year > FIRST_WITHIN_YEARS
        assert far or end
    else:
        assert first is not None


def _refused(text: str, start: Start) -> RecurrenceError | None:
    try:
        check(parse_rule(text), start)
    except RecurrenceError as error:
        return error
    return None
