"""Agenda and review: when a person is told of day and week, and of what. No clock, no database."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from event_contracts.identifiers import uuid7
from hypothesis import given
from hypothesis import strategies as st
from notification_service.domain.heads import TaskHead
from notification_service.domain.preferences import Preferences
from notification_service.domain.summary import ITEMS, Kind, following, span_of, summary
from recurrence_rules.zones import wall_of

BERLIN = "Europe/Berlin"
USER = uuid7()
EARLY = Preferences(USER, agenda_at=dt.time(7), review_day=6, review_at=dt.time(18))
NOW = dt.datetime(2026, 11, 18, 8, tzinfo=dt.UTC)  # a Wednesday, 09:00 in Berlin


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).astimezone(dt.UTC)


@pytest.mark.parametrize(
    ("kind", "now", "last", "expected"),
    [
        ("agenda", "2026-11-18T06:59+01:00", None, "2026-11-18T07:00+01:00"),
        ("agenda", "2026-11-18T07:00+01:00", None, "2026-11-19T07:00+01:00"),
        ("agenda", "2026-11-18T06:59+01:00", "2026-11-18", "2026-11-19T07:00+01:00"),
        ("agenda", "2026-03-28T12:00+01:00", None, "2026-03-29T07:00+02:00"),
        ("agenda", "2026-10-24T12:00+02:00", None, "2026-10-25T07:00+01:00"),
        ("review", "2026-11-18T09:00+01:00", None, "2026-11-22T18:00+01:00"),
        ("review", "2026-11-22T18:00+01:00", None, "2026-11-29T18:00+01:00"),
        ("review", "2026-11-23T09:00+01:00", "2026-11-22", "2026-11-29T18:00+01:00"),
    ],
)
def test_the_next_one_is_at_the_persons_hour(kind: Kind, now: str, last: str | None, expected: str) -> None:
    told = dt.date.fromisoformat(last) if last else None
    assert following(kind, EARLY, BERLIN, at(now), told) == at(expected)


def test_who_does_not_want_it_is_not_told() -> None:
    assert following("agenda", Preferences(USER), BERLIN, NOW, None) is None
    assert following("review", Preferences(USER), BERLIN, NOW, None) is None


@given(
    kind=st.sampled_from(["agenda", "review"]),
    start=st.integers(0, 3 * 366 * 24 * 60),
    zone=st.sampled_from([BERLIN, "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "Pacific/Apia"]),
    hour=st.times(),
    day=st.integers(0, 6),
    late=st.lists(st.integers(0, 60 * 24 * 3), min_size=12, max_size=12),
)
def test_whatever_the_zone_and_however_late_once_a_day_and_once_a_week(
    kind: Kind, start: int, zone: str, hour: dt.time, day: int, late: list[int]
) -> None:
    wanted = Preferences(USER, agenda_at=hour, review_day=day, review_at=hour)
    now, last = NOW + dt.timedelta(minutes=start), None
    for minutes in late:
        instant = following(kind, wanted, zone, now, last)
        assert instant is not None
        assert instant > now
        told = wall_of(instant, zone).date()
        if last is not None:
            assert (told - last).days >= (1 if kind == "agenda" else 7)
            assert kind == "agenda" or (told - last).days % 7 == 0
        last, now = told, instant + dt.timedelta(minutes=minutes)


def task(title: str, due: str | None, **changes: Any) -> TaskHead:
    head = TaskHead(
        user_id=USER, task_id=uuid7(), version=1, title=title, status="open", due_date=None, due_time=None,
        due_zone=BERLIN, due_at=at(due) if due else None, start_date=None, reminders=[], user_time_zone=BERLIN,
        deleted_at=None, withdrawn_at=None, created_at=NOW,
    )  # fmt: skip
    return replace(head, **changes)


TASKS = [
    task("tomorrow", "2026-11-19T10:00+01:00"),
    task("today", "2026-11-18T10:00+01:00"),
    task("all day", "2026-11-18T23:59:59+01:00"),
    task("this morning", "2026-11-18T08:00+01:00"),
    task("last week", "2026-11-11T08:00+01:00"),
    task("in eight days", "2026-11-26T10:00+01:00"),
    task("some day", None),
    task("done", "2026-11-17T10:00+01:00", status="done", completed_at=at("2026-11-17T10:00Z")),
    task("done long ago", "2026-11-01T10:00+01:00", status="done", completed_at=at("2026-11-02T10:00Z")),
    task("deleted", "2026-11-18T10:00+01:00", deleted_at=NOW),
]


def groups(kind: Kind) -> tuple[str, dict[str, list[str]]]:
    said = summary(kind, TASKS, NOW, span_of(kind, NOW, BERLIN))
    assert said is not None
    title, items = said
    return title, {item.group: [one.title for one in items if one.group == item.group] for item in items}


def test_an_agenda_says_what_is_overdue_and_due_today() -> None:
    assert groups("agenda") == (
        "Today: 2 overdue, 2 due",
        {"overdue": ["last week", "this morning"], "due": ["today", "all day"]},
    )


def test_a_review_says_what_was_done_and_what_lies_ahead() -> None:
    assert groups("review") == (
        "Your week: 2 overdue, 2 due, 1 done, 1 in the next seven days",
        {"overdue": ["last week", "this morning"], "due": ["today", "all day"], "done": ["done"],
         "ahead": ["tomorrow"]},
    )  # fmt: skip


def test_who_has_nothing_is_told_nothing_and_who_has_much_is_told_some_of_it() -> None:
    span = span_of("agenda", NOW, BERLIN)
    assert summary("agenda", [task("some day", None)], NOW, span) is None
    many = [task(f"{n}", "2026-11-18T10:00+01:00") for n in range(ITEMS + 5)]
    said = summary("agenda", many, NOW, span)
    assert said is not None
    assert (said[0], len(said[1])) == (f"Today: {ITEMS + 5} due", ITEMS)
