"""Items survive the way through iCalendar, and another library reads the same dates in it."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from dataclasses import replace
from itertools import islice, takewhile
from typing import Literal
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events
from hypothesis import given, settings
from hypothesis import strategies as st
from recurrence_rules import RecurrenceError, Start, check, occurrences, parse_rule
from task_calendar import Alarm, CalendarRefused, Item, Moved, Repeats, When, read, whole
from task_calendar.writing import rrule_of

ZONE = "Europe/Berlin"
DAYS = st.dates(dt.date(2024, 1, 1), dt.date(2033, 12, 31))
TIMES = st.sampled_from([None, dt.time(0), dt.time(9), dt.time(17, 30), dt.time(23, 59)])
ZONES = st.sampled_from([ZONE, "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"])
RULES = st.sampled_from([
    "FREQ=DAILY", "FREQ=DAILY;INTERVAL=3;COUNT=7", "FREQ=WEEKLY;BYDAY=MO,WE,FR",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;WKST=SU",
    "FREQ=MONTHLY", "FREQ=MONTHLY;BYMONTHDAY=-1", "FREQ=MONTHLY;BYDAY=2TU", "FREQ=MONTHLY;BYDAY=-1FR;COUNT=5",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "FREQ=YEARLY", "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=31",
    "FREQ=DAILY;UNTIL=20361231", "FREQ=WEEKLY;UNTIL=20361231T120000Z", "FREQ=YEARLY;BYYEARDAY=100",
])  # fmt: skip
SKIPPING = st.sampled_from([
    "RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=BACKWARD;BYMONTHDAY=31", "FREQ=MONTHLY;RSCALE=GREGORIAN;SKIP=BACKWARD",
    "RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=BACKWARD;BYMONTHDAY=30;COUNT=7", "RSCALE=GREGORIAN;FREQ=YEARLY;SKIP=BACKWARD",
    "RSCALE=GREGORIAN;FREQ=MONTHLY;INTERVAL=3;SKIP=BACKWARD;BYMONTHDAY=29",
    "RSCALE=GREGORIAN;FREQ=MONTHLY;BYMONTHDAY=31",
    "RSCALE=GREGORIAN;FREQ=YEARLY;SKIP=BACKWARD;BYMONTH=2;BYMONTHDAY=29",
    "RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=FORWARD;BYMONTHDAY=3,17",
])  # fmt: skip
OUR_OWN = st.one_of(SKIPPING, st.sampled_from(["RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=FORWARD;BYMONTHDAY=31"]))
TEXTS = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=40).filter(
    lambda text: text == text.strip() and text
)
ALARMS = st.lists(
    st.one_of(
        st.builds(Alarm, st.integers(0, 20_000), st.sampled_from(["due", "start"])),
        st.builds(Alarm, st.none(), st.just("due"), st.integers(0, 300_000).map(
            lambda minutes: dt.datetime(2024, 1, 1, tzinfo=dt.UTC) + dt.timedelta(minutes=minutes))),
    ), max_size=3).map(tuple)  # fmt: skip


@st.composite
def items(draw: st.DrawFn, rules: st.SearchStrategy[str | None]) -> Item:
    """A task or a series as this platform has it."""
    zone = draw(ZONES)
    due = When(draw(DAYS), draw(TIMES), zone)
    rule = draw(rules)
    repeats = None if rule is None else _repeats(draw, rule, due)
    if rule is not None:
        try:
            check(parse_rule(rule), Start(due.date, due.time, due.zone))
        except RecurrenceError:
            return draw(items(rules))
    return Item(
        uid=str(draw(st.uuids())),
        title=draw(TEXTS),
        sequence=draw(st.integers(0, 99)),
        notes=draw(st.one_of(st.just(""), TEXTS)),
        priority=draw(st.sampled_from([0, 1, 5, 9])),
        tags=tuple(dict.fromkeys(draw(st.lists(TEXTS, max_size=2)))),
        due=due,
        start_date=draw(st.sampled_from([None, due.date, due.date - dt.timedelta(days=3)])),
        alarms=draw(ALARMS),
        repeats=repeats,
        stamp=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
    )


def _repeats(draw: st.DrawFn, rule: str, due: When) -> Repeats:
    extra = [_key(due.date + dt.timedelta(days=n), due.time) for n in draw(st.lists(st.integers(1, 40), max_size=3))]
    out = [_key(due.date + dt.timedelta(days=n), due.time) for n in draw(st.lists(st.integers(0, 40), max_size=3))]
    policies = draw(st.sampled_from([(), (("anchor", "completion"), ("missed", "each"))]))
    return Repeats(rule, tuple(dict.fromkeys(out)), tuple(dict.fromkeys(extra)), policies)


def _key(date: dt.date, time: dt.time | None) -> str:
    return date.isoformat() + (f"T{time.isoformat()}" if time else "")


def _canonical(item: Item) -> Item:
    """Return an item as it can be read again: counted from its first date, rules in one spelling."""
    due, repeats = item.due, item.repeats
    assert due is not None
    alarms = tuple(a for a in item.alarms if a.relative_to == "due" or a.at or item.start_date is not None)
    if repeats is None:
        return replace(item, alarms=alarms)
    first = next(iter(occurrences(parse_rule(repeats.rrule), Start(due.date, due.time, due.zone))))
    begin = When(dt.date.fromisoformat(first.key[:10]), due.time, due.zone)
    start = item.start_date and begin.date - (due.date - item.start_date)
    text = icalendar.prop.vRecur.from_ical(rrule_of(repeats, due)).to_ical().decode()
    return replace(item, alarms=alarms, due=begin, start_date=start, repeats=replace(repeats, rrule=text))


@settings(deadline=None, max_examples=150)
@given(st.lists(items(st.one_of(st.none(), RULES, OUR_OWN)), min_size=1, max_size=3, unique_by=lambda item: item.uid))
def test_what_is_written_is_read_again(found: list[Item]) -> None:
    for kind in ("VTODO", "VEVENT"):
        again = read(whole(found, kind), ZONE)
        assert again == [_as_read(_canonical(one)) for one in found]
        assert read(whole(again, kind), ZONE) == again, "the second time nothing is rewritten at all"


def _as_read(item: Item) -> Item:
    """A whole day has no zone in a calendar: it is meant in one's own."""
    assert item.due is not None
    return replace(item, due=replace(item.due, zone=ZONE)) if item.due.time is None else item


@settings(deadline=None, max_examples=150)
@given(items(st.one_of(RULES, SKIPPING)))
def test_a_second_library_reads_the_same_dates(item: Item) -> None:
    due, repeats = item.due, item.repeats
    assert due is not None
    assert repeats is not None
    ours = occurrences(
        parse_rule(repeats.rrule), Start(due.date, due.time, due.zone), exdates=repeats.exdates, rdates=repeats.rdates
    )
    until = due.date + dt.timedelta(days=500)
    expected = [(one.date, one.time) for one in islice(ours, 600) if one.date < until]
    kinds: tuple[Literal["VEVENT", "VTODO"], ...] = ("VEVENT", "VTODO")
    for kind in kinds:
        calendar = icalendar.Calendar.from_ical(whole([item], kind))
        found = recurring_ical_events.of(calendar, components=[kind]).between(due.date - dt.timedelta(days=2), until)
        starts = sorted(event["DTSTART"].dt for event in found)
        theirs = [(s.date(), s.time()) if isinstance(s, dt.datetime) else (s, None) for s in starts]
        assert [pair for pair in theirs if pair[0] < until] == expected, kind


@settings(deadline=None, max_examples=60)
@given(items(st.one_of(RULES, SKIPPING)).filter(lambda item: item.due is not None and item.due.time is not None))
def test_a_second_library_rings_at_the_same_instants(item: Item) -> None:
    due, repeats = item.due, item.repeats
    assert due is not None
    assert repeats is not None
    # Whole days are left out: that reader has no zone for them, and fails where an alarm lies whole days away.
    before = sorted({alarm.minutes_before for alarm in item.alarms if alarm.relative_to == "due" and alarm.at is None})
    item = replace(item, start_date=None, alarms=tuple(Alarm(minutes) for minutes in before))
    ours = occurrences(
        parse_rule(repeats.rrule), Start(due.date, due.time, due.zone), exdates=repeats.exdates, rdates=repeats.rdates
    )
    first = dt.datetime.combine(due.date, dt.time(), ZoneInfo(due.zone))
    last = first + dt.timedelta(days=200)
    expected: set[dt.datetime] = set()
    for one in takewhile(lambda one: one.date < due.date + dt.timedelta(days=260), ours):
        here = dt.datetime.combine(one.date, one.time or dt.time(), ZoneInfo(due.zone)).astimezone(dt.UTC)
        expected |= {here - dt.timedelta(minutes=minutes) for minutes in before if minutes is not None}
    calendar = icalendar.Calendar.from_ical(whole([item], "VEVENT"))
    found = recurring_ical_events.of(calendar, components=["VALARM"]).between(first, last)
    theirs = {trigger.astimezone(dt.UTC) for one in found for alarm in one.alarms.times for trigger in [alarm.trigger]}
    assert theirs == {at for at in expected if first <= at < last}


def test_a_postponed_occurrence_is_read_on_its_new_date_by_both() -> None:
    due = When(dt.date(2026, 11, 2), dt.time(17), ZONE)
    item = Item("u1", "Water", due=due, repeats=Repeats("FREQ=WEEKLY;COUNT=3"),
                moved=Moved("2026-11-09T17:00:00", When(dt.date(2026, 11, 11), dt.time(8), ZONE)))  # fmt: skip
    written = whole([item], "VEVENT")
    [again] = read(written, "UTC")
    assert again.moved == item.moved
    found = recurring_ical_events.of(icalendar.Calendar.from_ical(written)).between((2026, 11, 1), (2026, 12, 1))
    zone = ZoneInfo(ZONE)
    assert sorted(event["DTSTART"].dt for event in found) == [
        dt.datetime(2026, 11, 2, 17, tzinfo=zone),
        dt.datetime(2026, 11, 11, 8, tzinfo=zone),
        dt.datetime(2026, 11, 16, 17, tzinfo=zone),
    ]


def test_an_alarm_of_a_whole_day_is_in_the_morning_for_every_reader() -> None:
    item = Item("u1", "Water", due=When(dt.date(2026, 11, 2), None, ZONE), alarms=(Alarm(60),))
    [todo] = icalendar.Calendar.from_ical(whole([item])).todos
    [alarm] = todo.walk("VALARM")
    assert alarm["TRIGGER"].dt == dt.timedelta(hours=8), "an hour before nine"


def test_what_has_no_date_is_a_todo_and_no_event() -> None:
    assert read(whole([Item("u1", "Some day")]), ZONE) == [
        Item("u1", "Some day", stamp=dt.datetime(2000, 1, 1, tzinfo=dt.UTC))
    ]
    assert b"VEVENT" not in whole([Item("u1", "Some day")], "VEVENT")


def _todo(*lines: str) -> bytes:
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "BEGIN:VTODO", "UID:u7", *lines, "END:VTODO",
                        "END:VCALENDAR", ""]).encode()  # fmt: skip


_TODO_ONE = _todo("SUMMARY:a")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "calendar_empty"),
        (b"\xff\xfe garbage", "calendar_malformed"),
        (_TODO_ONE + _TODO_ONE[:-10], "calendar_malformed"),
        (b"BEGIN:VCALENDAR\r\nBEGIN:VTODO\r\nSUMMARY:a\r\nEND:VCALENDAR\r\n", "calendar_malformed"),
        (_todo(), "summary_missing"),
        (_todo("SUMMARY:" + "a" * 501), "component_too_long"),
        (_todo("SUMMARY:a", "RRULE:FREQ=DAILY"), "dtstart_missing"),
        (_todo("SUMMARY:a", "DTSTART:20260101", "RRULE:FREQ=SECONDLY"), "rule_frequency_unsupported"),
        (_todo("SUMMARY:a", "DTSTART;VALUE=DATE:20260101", "RRULE:FREQ=SECONDLY"), "rule_frequency_unsupported"),
        (_todo("SUMMARY:a", "DUE;TZID=Mars/Olympus:20260101T100000"), "time_zone_unknown"),
        (_todo("SUMMARY:a", "BEGIN:VALARM", "TRIGGER:-PT5M", "END:VALARM"), "alarm_without_date"),
        (_todo("SUMMARY:a", "DUE:20260101T100000Z", "BEGIN:VALARM", "TRIGGER;RELATED=END:PT5M", "END:VALARM"),
         "alarm_after"),
        (_todo("SUMMARY:a", "DUE:20260101T100000Z", "RECURRENCE-ID:20260101T100000Z"), "recurrence_id_alone"),
        (_todo("SUMMARY:a", "END:VTODO", "BEGIN:VTODO", "UID:u7", "SUMMARY:b"), "uid_twice"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_refused_by_name(content: bytes, code: str) -> None:
    with pytest.raises(CalendarRefused) as refused:
        read(content, ZONE)
    assert refused.value.code == code
    assert refused.value.component in ("VCALENDAR", "u7")


@settings(deadline=None)
@given(st.lists(st.sampled_from([
    "BEGIN:VTODO", "END:VTODO", "SUMMARY:a", "UID:1", "DTSTART:20260101T100000", "DTSTART;VALUE=DATE:20260101",
    "RRULE:FREQ=DAILY;COUNT=0", "RRULE:FREQ=DAILY", "EXDATE:x", "EXDATE;VALUE=DATE:20260102", "DUE;TZID=x:2",
    "SEQUENCE:x",
    "BEGIN:VALARM", "TRIGGER:P", "TRIGGER:-PT9999999999M", "END:VALARM", "RDATE:20260101T100000Z/PT1H", "PRIORITY:-7",
    "CATEGORIES:a,b", "STATUS:x", "X-TODO-START-DAYS-BEFORE:99999999999", "COMPLETED:1", "RECURRENCE-ID:20260101",
]), max_size=12))  # fmt: skip
def test_no_soup_of_lines_is_anything_but_read_or_refused(lines: list[str]) -> None:
    with suppress(CalendarRefused):
        read("\r\n".join(["BEGIN:VCALENDAR", *lines, "END:VCALENDAR", ""]).encode(), ZONE)
