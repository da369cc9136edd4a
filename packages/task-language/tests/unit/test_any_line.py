"""Quick add: what holds for every line, whatever it says."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from recurrence_rules import parse_rule
from task_language import LINE_LIMIT, LineTooLong, Moment, parse

NOON = Moment(dt.datetime(2026, 11, 21, 11, 0, tzinfo=dt.UTC), "Europe/Berlin")


def test_a_longer_line_is_refused() -> None:
    began = time.process_time()
    with pytest.raises(LineTooLong):
        parse("every 5 ( " * 1_000_000, NOON)
    assert time.process_time() - began < 0.1, "it is refused unread"


WORDS = st.sampled_from(
    "every each every! other second last 1st 31st day days week month year monday mon sun friday weekday at 5 17:00"  # noqa: SIM905
    " 99 5pm in on by until from for times starting remind me before minutes 30 a half an hour next this of the"
    ' and january 2027-02-30 9999-12-31 0001-01-01 999 tomorrow today noon morning after completion p1 #x +y list:z "'
    " “ , . add done with move to 12345678901234567890 2027 1900 daily monthly yearly -1 İ ß 🌱 ! hours hourly 4 24"
    " ago after before week weekend fortnight quarter half past to noon midnight tonight tues mid early end easter"
    " christmas 3/4 24/12/2027 13h 7:15 4dec 2027/mar/04 +15min -3y thirty ten ish 11ish p.m utc europe/berlin time"
    " berlin first times twice a couple few coming following previous hence later now 31/2/2027 february 30th".split()
)
LINES = st.one_of(st.text(max_size=LINE_LIMIT), st.lists(WORDS, max_size=40).map(" ".join))
NOWS = st.datetimes(dt.datetime(1971, 1, 1), dt.datetime(2200, 1, 1), timezones=st.just(dt.UTC))  # noqa: DTZ001
MOMENTS = st.builds(
    Moment, NOWS, st.sampled_from(["UTC", "Europe/Berlin", "Pacific/Apia", "America/St_Johns"]), st.integers(0, 6)
)


def letters(text: str) -> str:
    """Return a text without white space and what a title does not keep at its edges."""
    return "".join(char for char in text if not char.isspace() and char not in ' ,;:.?!()"“”-\u2013\u2014')


@settings(max_examples=300, deadline=None)
@given(LINES, MOMENTS)
def test_every_line_is_read(line: str, moment: Moment) -> None:
    line = line[:LINE_LIMIT]

    draft = parse(line, moment)

    ends = [0]
    for span in draft.spans:
        assert ends[-1] <= span.start < span.end <= len(line)
        ends.append(span.end)
    parts = [line[end : span.start] for end, span in zip(ends, draft.spans, strict=False)]
    assert letters("".join([*parts, line[ends[-1] :]])) == letters(draft.title), "nothing is lost, nothing said twice"
    assert parse(line, moment) == draft
    if draft.rrule is not None:
        parse_rule(draft.rrule)
    if draft.time is not None:
        assert draft.date is not None


@pytest.mark.parametrize(
    "word",
    [
        "every",
        "the",
        "mon 31",
        "in 1d",
        "2 days after",
        "at 5",
        "last week of",
        "ten",
        "remind me",
        "a",
        "on the last",
        "5",
        "every 2 weeks on mon",
        '"',
        "(",
    ],
)
def test_a_hostile_line_takes_no_longer_than_a_keystroke(word: str) -> None:
    line = ((word + " ") * LINE_LIMIT)[:LINE_LIMIT]
    began = time.process_time()

    parse(line, NOON)

    assert time.process_time() - began < 0.25
