"""What a person is told of their day and their week, and when. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from event_contracts.events import SummaryItem
from recurrence_rules import resolve
from recurrence_rules.zones import wall_of

from notification_service.domain.heads import TaskHead
from notification_service.domain.preferences import Preferences
from notification_service.domain.zones import known

Kind = Literal["agenda", "review"]
ITEMS = 50
"""Tasks that are named, of each group; more are counted only."""
ITEM_TITLE = 200
_DAY = dt.timedelta(days=1)
_WEEK = dt.timedelta(days=7)
GROUPS = {"overdue": "overdue", "due": "due", "done": "done", "ahead": "in the next seven days"}


@dataclass(frozen=True, slots=True)
class Span:
    """Which tasks concern a summary: open ones due before `due_before`, done ones since `done_since` (None: none)."""

    due_before: dt.datetime
    done_since: dt.datetime | None
    day_ends: dt.datetime


def time_of(kind: Kind, preferences: Preferences) -> dt.time | None:
    """Return the wall time that a person wants to be told at; None: not at all."""
    if kind == "agenda":
        return preferences.agenda_at
    return preferences.review_at if preferences.review_day is not None else None


def following(
    kind: Kind, preferences: Preferences, zone: str, now: dt.datetime, last_day: dt.date | None
) -> dt.datetime | None:
    """Return when a person is next told, strictly after now: once a day, or once in seven days. None: never.

    `last_day` is the last day of which they were told. It is wall time, whatever clocks do that night.
    """
    at, zone = time_of(kind, preferences), known(zone)
    if at is None:
        return None
    day = wall_of(now, zone).date()
    if last_day is not None:
        day = max(day, last_day + (_DAY if kind == "agenda" else _WEEK))
    if kind == "review" and preferences.review_day is not None:
        day += dt.timedelta(days=(preferences.review_day - day.weekday()) % 7)
    instant = resolve(day, at, zone)
    while instant <= now:
        day += _DAY if kind == "agenda" else _WEEK
        instant = resolve(day, at, zone)
    return instant


def span_of(kind: Kind, now: dt.datetime, zone: str) -> Span:
    """Return what a summary at this instant looks at."""
    zone = known(zone)
    today = wall_of(now, zone).date()
    day_ends = resolve(today, None, zone)
    if kind == "agenda":
        return Span(day_ends + dt.timedelta(seconds=1), None, day_ends)
    return Span(resolve(today + _WEEK, None, zone) + dt.timedelta(seconds=1), now - _WEEK, day_ends)


def summary(
    kind: Kind, tasks: Sequence[TaskHead], now: dt.datetime, span: Span
) -> tuple[str, list[SummaryItem]] | None:
    """Return title and tasks, in groups, each by its due; None when there is nothing to say."""
    found: dict[str, list[TaskHead]] = {}
    for task in sorted(tasks, key=lambda one: (one.due_at or now, one.task_id)):
        if group := _group(task, now, span):
            found.setdefault(group, []).append(task)
    if not found:
        return None
    told = [(name, found[name]) for name in GROUPS if name in found]
    counts = ", ".join(f"{len(those)} {GROUPS[name]}" for name, those in told)
    items = [
        SummaryItem(group=name, task_id=one.task_id, title=one.title[:ITEM_TITLE], due_at=one.due_at)
        for name, those in told
        for one in those[:ITEMS]
    ]
    return f"{'Today' if kind == 'agenda' else 'Your week'}: {counts}", items


def _group(task: TaskHead, now: dt.datetime, span: Span) -> str | None:
    if task.deleted_at or task.withdrawn_at:
        return None
    if task.status == "done":
        return "done" if span.done_since and task.completed_at and task.completed_at >= span.done_since else None
    if task.status != "open" or task.due_at is None or task.due_at >= span.due_before:
        return None
    if task.due_at < now:
        return "overdue"
    return "due" if task.due_at <= span.day_ends or span.done_since is None else "ahead"
