"""What the built-in model says: sentences about tasks as the acts returned them, dates in words, no codes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from recurrence_rules import Ended, RecurrenceError, Start, describe, parse_rule
from task_language import Moment, say_date, say_due, say_reminder

from todo_backend.accounts.domain import Account
from todo_backend.application.rows import recurrence_of
from todo_backend.application.shapes import Json, due_json
from todo_backend.doors.chat.model import Asked
from todo_backend.series.domain import Series
from todo_backend.series.next_dates import after_closing
from todo_backend.series.use_cases.rules import days_off
from todo_backend.tasks.domain import Task
from todo_backend.tasks.reading import Found

TITLE_SHOWN = 80


def named(title: str) -> str:
    """Return a title in quotes, on one line."""
    line = " ".join(title.split())
    return f"“{line if len(line) <= TITLE_SHOWN else line[: TITLE_SHOWN - 1] + '…'}”"


def said_due(due: Json | None, moment: Moment, *, near: bool = True) -> str:
    """Return a due in words, with its place where that is not the speaker's; empty without one."""
    if due is None:
        return ""
    time = None if due["time"] is None else dt.time.fromisoformat(due["time"])
    return say_due(dt.date.fromisoformat(due["date"]), time, due["time_zone"], moment, near=near)


def said_rule(task: Json, account: Account) -> str:
    """Return how a task repeats; empty when it does not."""
    recurrence, due = task["recurrence"], task["due"]
    if recurrence is None or due is None:
        return ""
    start = Start(dt.date.fromisoformat(due["date"]), None, due["time_zone"])
    off = days_off(recurrence_of(recurrence), account)
    try:
        return describe(parse_rule(recurrence["rrule"]), start, anchor=recurrence["anchor"], days_off=off)
    except RecurrenceError:
        return "repeats"


def added(task: Json, asked: Asked) -> str:
    """Return what was added, with its first date."""
    moment = asked.moment
    rule, due = said_rule(task, asked.account), said_due(task["due"], moment, near=False)
    words = f"Added {named(task['title'])}."
    if rule:
        words += f" Next: {due}, {rule}."
    elif due:
        words += f" Due {due}."
    return words + reminded(task, moment)


def reminded(task: Json, moment: Moment) -> str:
    """Return when a task reminds, as a sentence of its own; empty when it does not."""
    if not task["reminders"]:
        return ""
    last = task["reminders"][-1]
    if "at" not in last:
        return f" Reminder {say_reminder(last['minutes_before'])}."
    at = dt.datetime.fromisoformat(last["at"])
    wall = Moment(at, moment.zone).wall
    return f" Reminder {say_date(wall.date(), wall.time(), moment.today)}."


def following(task: Task, series: Series | None, closed_at: dt.datetime, asked: Asked) -> str:
    """Return what comes after an occurrence closed now, as recurring-task-service will compute it."""
    off = None if series is None else days_off(series.recurrence, asked.account)
    result, moment = after_closing(task, series, closed_at, asked.moment.zone, off), asked.moment
    if result is None:
        return ""
    if isinstance(result, Ended):
        return " That was the last one."
    return f" Next: {say_date(result.date, result.time, moment.today, near=False)}."


def numbered(found: Sequence[Found], moment: Moment) -> str:
    """Return tasks as a numbered list with their dates."""
    lines: list[str] = []
    for number, (task, _) in enumerate(found, 1):
        due = said_due(due_json(task.due), moment)
        lines.append(f"{number}. {' '.join(task.title.split())[:TITLE_SHOWN]}{f', {due}' if due else ''}")
    return "\n".join(lines)
