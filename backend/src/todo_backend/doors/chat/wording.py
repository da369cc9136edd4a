"""What the built-in model says: sentences about tasks as the acts returned them, dates in words, no codes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from recurrence_rules import Ended, Start, describe, parse_rule
from task_language import Draft, Moment, say_date, say_due

from todo_backend.application.shapes import Json
from todo_backend.doors.chat.model import Asked
from todo_backend.doors.chat.sentences import sentence
from todo_backend.doors.said import TITLE_SHOWN, named, reminded, said_due, said_rule
from todo_backend.series.domain import Series
from todo_backend.series.next_dates import after_closing
from todo_backend.series.use_cases.rules import days_off
from todo_backend.tasks.domain import Task


def added(task: Json, asked: Asked) -> str:
    """Return what was added, with its first date."""
    moment = asked.moment
    rule = said_rule(task, asked.account, moment.language)
    due = said_due(task["due"], moment, near=False)
    words = sentence(moment.language, "added", title=named(task["title"]))
    if rule:
        words += sentence(moment.language, "added_rule", due=due, rule=rule)
    elif due:
        words += sentence(moment.language, "added_due", due=due)
    return words + reminded(task, moment)


def drafted(draft: Draft, asked: Asked) -> str:
    """Return what a draft says besides its title, read back: ", Fri 27 Nov 15:00, every week on Friday"."""
    moment, facts = asked.moment, list[str]()
    if draft.date is not None:
        facts.append(say_due(draft.date, draft.time, draft.zone, moment, near=False))
    if draft.rrule is not None and draft.date is not None:
        start = Start(draft.date, None, draft.zone)
        facts.append(describe(parse_rule(draft.rrule), start, language=moment.language))
    return "".join(f", {fact}" for fact in facts)


def following(task: Task, series: Series | None, closed_at: dt.datetime, asked: Asked) -> str:
    """Return what comes after an occurrence closed now, as recurring-task-service will compute it."""
    off = None if series is None else days_off(series.recurrence, asked.account)
    result, moment = after_closing(task, series, closed_at, asked.moment.zone, off), asked.moment
    if result is None:
        return ""
    if isinstance(result, Ended):
        return sentence(moment.language, "last_one")
    due = say_date(result.date, result.time, moment.today, near=False, language=moment.language)
    return sentence(moment.language, "next", due=due)


def period(first: dt.date, last: dt.date, name: str, moment: Moment) -> str:
    """Return days in words: in English as they were asked for, else as dates."""
    if moment.language == "en":
        return name
    ends = [say_date(day, None, moment.today, language=moment.language) for day in (first, last)]
    return ends[0] if first == last else " \u2013 ".join(ends)


def numbered(tasks: Sequence[Json], moment: Moment) -> str:
    """Return tasks as a numbered list with their dates."""
    lines: list[str] = []
    for number, task in enumerate(tasks, 1):
        due = said_due(task["due"], moment)
        lines.append(f"{number}. {' '.join(task['title'].split())[:TITLE_SHOWN]}{f', {due}' if due else ''}")
    return "\n".join(lines)
