"""Tasks in words, for whoever says them: titles in quotes, dues, rules and reminders in a person's language."""

from __future__ import annotations

import datetime as dt

from recurrence_rules import Language, RecurrenceError, Start, describe, parse_rule
from task_language import Moment, say_date, say_due, say_reminder

from todo_backend.accounts.domain import Account
from todo_backend.application.rows import recurrence_of
from todo_backend.application.shapes import Json
from todo_backend.doors.chat.sentences import sentence
from todo_backend.series.use_cases.rules import days_off

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


def said_rule(task: Json, account: Account, language: Language = "en") -> str:
    """Return how a task repeats; empty when it does not."""
    recurrence, due = task["recurrence"], task["due"]
    if recurrence is None or due is None:
        return ""
    start = Start(dt.date.fromisoformat(due["date"]), None, due["time_zone"])
    off = days_off(recurrence_of(recurrence), account)
    try:
        rule = parse_rule(recurrence["rrule"])
        return describe(rule, start, anchor=recurrence["anchor"], days_off=off, language=language)
    except RecurrenceError:
        return sentence(language, "repeats_somehow")


def reminded(task: Json, moment: Moment) -> str:
    """Return when a task reminds, as a sentence of its own; empty when it does not."""
    if not task["reminders"]:
        return ""
    last = task["reminders"][-1]
    language = moment.language
    if last.get("at") is None:
        return sentence(language, "reminder", when=say_reminder(last["minutes_before"], language))
    wall = Moment(dt.datetime.fromisoformat(last["at"]), moment.zone).wall
    return sentence(language, "reminder", when=say_date(wall.date(), wall.time(), moment.today, language=language))
