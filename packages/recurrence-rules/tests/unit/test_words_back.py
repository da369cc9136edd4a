"""Words read back: in every language, for every accepted rule, they give the same rule."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import islice
from typing import Any, get_args

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from recurrence_rules import (
    Closed,
    DaysOff,
    Frequency,
    Language,
    RecurrenceError,
    Rule,
    Start,
    describe,
    next_occurrence,
    occurrences,
    parse_rule,
    read_words,
    spelled,
)
from recurrence_rules.zones import zone_names

OLD_LINKS = {("Singapore", "Asia/Singapore"), ("Jamaica", "America/Jamaica"), ("Kwajalein", "Pacific/Kwajalein")}
"""Other names of the same zones, which are called by their city, too."""
LANGUAGES: tuple[Language, ...] = get_args(Language)
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
ZONES = (
    "Europe/Berlin",
    "America/Argentina/Buenos_Aires",
    "Asia/Ho_Chi_Minh",
    "UTC",
    "America/Buenos_Aires",
    "Asia/Kolkata",
)


def numbers(highest: int, most: int = 4, *, negative: bool = True) -> st.SearchStrategy[str]:
    each = st.integers(-highest if negative else 1, highest).filter(bool)
    return st.lists(each, min_size=1, max_size=most).map(lambda found: ",".join(map(str, found)))


def weekdays(nth: st.SearchStrategy[int]) -> st.SearchStrategy[str]:
    each = st.tuples(nth, st.sampled_from(DAYS)).map(lambda pair: f"{pair[0] or ''}{pair[1]}")
    sets = st.sampled_from(["MO,TU,WE,TH,FR", "SA,SU", ",".join(DAYS)])
    return st.one_of(st.lists(each, min_size=1, max_size=4).map(",".join), sets)


UNTILS = st.datetimes(dt.datetime.fromisoformat("1990-01-01"), dt.datetime.fromisoformat("2100-01-01")).flatmap(
    lambda at: st.sampled_from([f"{at:%Y%m%d}", f"{at:%Y%m%dT%H%M%S}", f"{at:%Y%m%dT%H%M%SZ}"])
)
FEW = st.sampled_from([0, 0, 1, 2, 3, -1, -2, -3, 5])
PARTS: dict[str, st.SearchStrategy[str]] = {
    "INTERVAL": st.integers(1, 14).map(str),
    "BYMONTHDAY": numbers(31),
    "BYMONTH": numbers(12, 3, negative=False),
    "BYSETPOS": numbers(9, 3),
    "WKST": st.sampled_from(DAYS),
    "COUNT": st.sampled_from(["1", "2", "10", "9999"]),
    "UNTIL": UNTILS,
    "SKIP": st.sampled_from(["OMIT", "BACKWARD", "FORWARD"]),
}
OF = {
    "HOURLY": {name: PARTS[name] for name in ("INTERVAL", "WKST", "COUNT", "UNTIL", "SKIP")},
    "DAILY": {**PARTS, "BYDAY": weekdays(st.just(0)), "BYSETPOS": st.sampled_from(["1", "-1", "1,-1,3"])},
    "WEEKLY": {**PARTS, "BYDAY": weekdays(st.just(0)), "BYSETPOS": numbers(3, 2)},
    "MONTHLY": {**PARTS, "BYDAY": weekdays(FEW)},
    "YEARLY": {
        **PARTS,
        "BYDAY": weekdays(st.one_of(FEW, st.integers(-53, 53))),
        "BYYEARDAY": numbers(366),
        "BYWEEKNO": numbers(53),
    },
}


class NoHolidays:
    def is_holiday(self, date: dt.date, /) -> bool:
        return False

    def is_workday(self, date: dt.date, /) -> bool:
        return True

    def between(self, first: dt.date, last: dt.date, /) -> list[dt.date]:
        return []


@st.composite
def rules(draw: Any) -> Rule:
    frequency = draw(st.sampled_from(tuple(OF)))
    parts = {name: draw(OF[frequency][name]) for name in OF[frequency] if draw(st.integers(0, 2)) == 0}
    if "COUNT" in parts:
        parts.pop("UNTIL", None)
    if "SKIP" in parts:
        parts["RSCALE"] = "GREGORIAN"
    while True:
        try:
            return parse_rule(";".join([f"FREQ={frequency}", *(f"{name}={value}" for name, value in parts.items())]))
        except RecurrenceError:
            # A combination that is refused: with one part less it may be accepted, and with none it is.
            parts.pop(draw(st.sampled_from(sorted(parts))))
            if "SKIP" in parts:
                parts["RSCALE"] = "GREGORIAN"


STARTS = st.builds(
    Start,
    st.dates(dt.date(1990, 1, 1), dt.date(2099, 12, 31)),
    st.one_of(st.none(), st.times().map(lambda time: time.replace(microsecond=0))),
    st.sampled_from(ZONES),
)


def timed(rule: Rule, start: Start) -> Start:
    """Return the start, with a time of day where the rule needs one."""
    return replace(start, time=start.time or dt.time(12)) if rule.frequency is Frequency.HOURLY else start


ANCHORS = st.sampled_from(["schedule", "completion"])


@settings(max_examples=600, deadline=None)
@example(
    parse_rule("FREQ=YEARLY;BYWEEKNO=53;SKIP=BACKWARD;RSCALE=GREGORIAN"),
    Start(dt.date(2000, 1, 1), None, "UTC"),
    "schedule",
    None,
    "en",
)
@given(rules(), STARTS, ANCHORS, st.sampled_from([None, "skip", "before", "after"]), st.sampled_from(LANGUAGES))
def test_words_give_the_rule_that_they_were_made_of(
    rule: Rule, start: Start, anchor: Any, on_holiday: Any, language: Language
) -> None:
    days_off = DaysOff(NoHolidays(), on_holiday) if on_holiday else None
    words = describe(rule, start, anchor=anchor, days_off=days_off, language=language)
    said = read_words(words, language)
    if on_holiday and rule.frequency is Frequency.HOURLY:
        on_holiday = "skip"
    assert said.rule == spelled(rule, start, anchor=anchor), words
    assert (said.anchor, said.on_holiday) == (anchor, on_holiday), words
    if said.time is not None:
        assert (said.time, said.zone) == (start.time, start.zone), words


@settings(max_examples=300, deadline=None)
@given(rules(), STARTS)
def test_the_form_that_is_said_has_the_dates_of_the_rule(rule: Rule, start: Start) -> None:
    start = timed(rule, start)
    form = spelled(rule, start)
    assert spelled(form, start) == form
    assert list(islice(occurrences(form, start), 30)) == list(islice(occurrences(rule, start), 30))


@settings(max_examples=300, deadline=None)
@given(rules(), STARTS, st.integers(0, 5000))
def test_the_form_that_is_said_follows_completions_like_the_rule(rule: Rule, start: Start, hours: int) -> None:
    start = timed(rule, start)
    key = start.date.isoformat() if start.time is None else f"{start.date}T{start.time.isoformat('seconds')}"
    at = dt.datetime.combine(start.date, start.time or dt.time(12), dt.UTC) + dt.timedelta(hours=hours)
    closed = Closed(key, at, start.zone)
    form = spelled(rule, start, anchor="completion")
    assert next_occurrence(form, start, closed, anchor="completion") == (
        next_occurrence(rule, start, closed, anchor="completion")
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_and_zone_is_read_back(language: Language) -> None:
    for nth in range(-366, 367):
        if nth:
            rule = parse_rule(f"FREQ=YEARLY;BYYEARDAY={nth}")
            words = describe(rule, Start(dt.date(2026, 1, 1), None, "UTC"), language=language)
            assert read_words(words, language).rule == rule
    for zone_name in zone_names():
        words = describe(parse_rule("FREQ=DAILY"), Start(dt.date(2026, 1, 1), dt.time(9), zone_name), language=language)
        read = read_words(words, language).zone
        assert read == zone_name or (zone_name, read) in OLD_LINKS


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("", "en"),
        ("every day", "de"),
        ("every 1 days", "en"),
        ("every day every day", "en"),
        ("every month on the 1st, 2nd", "en"),
        ("every month on the 2nd and 1st", "en"),
        ("every week on Friday on the 1st Monday", "en"),
        ("every day, until 30 February 2026", "en"),
        ("every day on every day" * 1000, "en"),
        ("every day" + ", once" * 600, "en"),
        ("every year on the 1st of these days:" + " on Monday" * 300, "en"),
        ("every month on the " + "1st, " * 1500 + "and 1st", "en"),
        ("jeden Tag, um 25:00 Uhr (Zeitzone Berlin)", "de"),
    ],
)
def test_other_words_are_refused(text: str, language: Language) -> None:
    with pytest.raises(RecurrenceError) as refused:
        read_words(text, language)
    assert refused.value.code == "words_not_understood"
