"""Tasks that repeat: making one repeat, and what becomes of a series."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from event_contracts.preferences import WallTime
from pydantic import Field, model_validator
from recurrence_rules import RecurrenceError, Start, describe, parse_rule, preview
from task_language import LINE_LIMIT, parse

from todo_backend.application.change import Change, Context, Decide, Loaded
from todo_backend.application.shapes import Json
from todo_backend.doors.rest.fields import CleanText, Rrule, TimeZone, WallDate
from todo_backend.doors.rest.replies import Due
from todo_backend.doors.rest.requests import OnHoliday, PreviewBody, SeriesPatch
from todo_backend.doors.said import named
from todo_backend.doors.tools import shown
from todo_backend.doors.tools.acting import Acting
from todo_backend.doors.tools.adding import Anchor
from todo_backend.doors.tools.naming import SeriesName, TaskName, meant, meant_series
from todo_backend.doors.tools.refused import Refused
from todo_backend.doors.tools.tool import Given, Shown, tool
from todo_backend.errors import RecurrenceInvalid
from todo_backend.series.domain import Recurrence, Series
from todo_backend.series.use_cases.checks import going_on
from todo_backend.series.use_cases.edit import change_series as change_all
from todo_backend.series.use_cases.edit import last_open, split_series
from todo_backend.series.use_cases.rules import days_off
from todo_backend.tasks.domain import Task
from todo_backend.tasks.lines import recurrence_said
from todo_backend.tasks.use_cases.drafts import DueDraft
from todo_backend.tasks.use_cases.postpone import postpone_task

SERIES = "/api/{user_id}/series/{series_id}"


class RepeatTask(Given):
    """How a task is to repeat."""

    task: TaskName
    words: Annotated[
        CleanText,
        Field(
            max_length=LINE_LIMIT,
            description="the rule as one says it, in English",
            examples=["every month on the last day", "every 3 days after completion"],
        ),
    ] = ""
    rrule: Annotated[Rrule, Field(description="RFC 5545, instead of words")] | None = None
    anchor: Anchor = "schedule"
    on_holiday: OnHoliday = "ignore"
    due_date: Annotated[WallDate, Field(description="with rrule: its first date, instead of the task's due")] | None = (
        None
    )
    due_time: WallTime | None = None
    time_zone: TimeZone | None = None

    @model_validator(mode="after")
    def _one_rule(self) -> RepeatTask:
        if bool(self.words.strip()) == (self.rrule is not None):
            raise ValueError("give either words or rrule")
        if self.due_date is None and (self.due_time or self.time_zone):
            raise ValueError("due_time and time_zone need due_date")
        if self.due_date is not None and self.rrule is None:
            raise ValueError("due_date goes with rrule; words say when it begins")
        return self


@tool("Let a task repeat", "act", "PATCH /api/{user_id}/tasks/{task_id}")
async def repeat_task(acting: Acting, given: RepeatTask) -> shown.Done:
    """Let a task that does not repeat yet begin to, from its due on; without one from the rule's first date on. Read
    the rule back as the answer says it. change_series changes the rule of one that repeats already.
    """
    task, _ = await meant(acting, given.task)
    output = await acting.acts.change(task.id, _repeating(acting, given, task))
    return shown.done(f"{shown.in_words(output['task'], acting)}.", output, acting)


def _repeating(acting: Acting, given: RepeatTask, task: Task) -> Json:
    date, time = (task.due.date, task.due.time) if task.due else (None, None)
    zone = task.due.time_zone if task.due else acting.moment.zone
    if given.rrule is not None:
        due = DueDraft(date or acting.moment.today, time, zone)
        if given.due_date is not None:
            due = DueDraft(given.due_date, given.due_time, given.time_zone or zone)
        return {"due": due, "recurrence": Recurrence(given.rrule, given.anchor, on_holiday=given.on_holiday)}
    repeat = parse(f"{given.words.strip()} repeat", acting.moment).repeat
    first = None if repeat is None else repeat.first(acting.moment, date, repeat.time or time)
    if repeat is None or first is None:
        raise Refused(
            "recurrence_not_understood",
            "These words are no rule that is understood; nothing was changed. Give an rrule instead.",
        )
    return {"due": DueDraft(first.date, first.time, zone), "recurrence": recurrence_said(repeat, first.date)}


class NameSeries(Given):
    """Which repeating task."""

    task: SeriesName


class PauseSeries(Given):
    """Which repeating task, and until when."""

    task: SeriesName
    resume_on: Annotated[WallDate | None, Field(description="the day on which it goes on by itself")] = None


@tool("Pause a series", "act", f"POST {SERIES}/pause", repeatable=True)
async def pause_series(acting: Acting, given: PauseSeries) -> shown.Done:
    """Let nothing follow a repeating task, and nothing remind, until a day or until resume_series."""
    task, series = await meant_series(acting, given.task)
    output = await acting.acts.pause(series.id, task.id, given.resume_on)
    until = f" until {given.resume_on.isoformat()}" if given.resume_on else ""
    return shown.done(f"Paused {named(task.title)}{until}.", output, acting)


@tool("Resume a series", "act", f"POST {SERIES}/resume", repeatable=True)
async def resume_series(acting: Acting, given: NameSeries) -> shown.Done:
    """Let a paused series go on."""
    task, series = await meant_series(acting, given.task)
    return shown.done(f"{named(task.title)} repeats again.", await acting.acts.resume(series.id, task.id), acting)


@tool("End a series", "act", f"POST {SERIES}/end", repeatable=True)
async def end_series(acting: Acting, given: NameSeries) -> shown.Done:
    """Let a task repeat no more. Its open occurrence stays, as the last one; undo brings the series back."""
    task, series = await meant_series(acting, given.task)
    return shown.done(f"{named(task.title)} repeats no more.", await acting.acts.end(series.id, task.id), acting)


@tool("Skip all that was missed", "act", f"POST {SERIES}/skip-missed", repeatable=True)
async def skip_missed(acting: Acting, given: NameSeries) -> shown.Done:
    """Skip every overdue occurrence of a repeating task and every date before now: nothing is owed for the past."""
    task, series = await meant_series(acting, given.task)
    output = await acting.acts.skip_missed(series.id, task.id)
    return shown.done(f"Skipped all that was missed of {named(task.title)}.", output, acting)


class ChangeSeries(Given):
    """Which repeating task, and what to change of it."""

    task: SeriesName
    change: SeriesPatch


@tool("Change a series", "act", f"PATCH {SERIES}")
async def change_series(acting: Acting, given: ChangeSeries) -> shown.Done:
    """Change how a task repeats. Scope `all`: the series and its open occurrence; `following`: from the open occurrence
    on, as a series of its own; `this`: only the date of the open occurrence.
    """
    task, series = await meant_series(acting, given.task)
    output = await acting.acts.on_series(_changing(given.change, series), series.id, task.id, given.change.list_id)
    return shown.done(f"Changed {shown.in_words(output['task'], acting)}.", output, acting)


def _changing(change: SeriesPatch, series: Series) -> Decide:
    match change.scope:
        case "all":
            return partial(change_all, change.edit(series.id, None))
        case "following":
            return partial(split_series, change.edit(series.id, None))
        case "this":

            def postpone(loaded: Loaded, context: Context) -> Change:
                going_on(loaded, series.id, None)
                return postpone_task(change.postponement(last_open(loaded, series.id).id), loaded, context)

            return postpone


class PreviewRecurrence(PreviewBody, Given):
    """A rule to try out."""


class Previewed(Shown):
    """The first dates of a rule, and the rule in words."""

    text: str
    dates: list[Due]


@tool("Preview a rule", "question", "POST /api/{user_id}/recurrence/preview")
async def preview_recurrence(acting: Acting, given: PreviewRecurrence) -> Previewed:
    """Show the first dates of an RFC 5545 rule and say it in words; nothing is stored."""
    off = days_off(Recurrence(given.rrule, on_holiday=given.on_holiday), acting.account)
    start = Start(given.start.date, given.start.time, given.start.time_zone)
    try:
        rule = parse_rule(given.rrule)
        found = preview(rule, start, given.count, exdates=given.exdates, rdates=given.rdates, days_off=off)
    except RecurrenceError as error:
        raise RecurrenceInvalid(error.code, str(error)) from error
    return Previewed(
        text=describe(rule, start, anchor=given.anchor, days_off=off),
        dates=[Due(date=o.date, time=o.time and o.time.isoformat(), time_zone=o.zone) for o in found],
    )
