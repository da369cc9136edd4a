"""One person's series as rows would hold it: the backend's use cases and the service's decision, joined without I/O."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Any
from uuid import UUID

from recurring_task_service.domain.decide import Ask, Job, Resume, Wait, decide
from todo_backend.accounts.domain import Account
from todo_backend.application.change import Change, Context, Loaded, Origin
from todo_backend.doors.internal.advance import AdvanceBody
from todo_backend.series.domain import Recurrence, Series
from todo_backend.series.use_cases.advance import Advanced, advance_series
from todo_backend.series.use_cases.pause import (
    PauseSeries,
    ResumeByItself,
    ResumeSeries,
    pause_series,
    resume_by_itself,
    resume_series,
)
from todo_backend.tasks.domain import Task
from todo_backend.tasks.use_cases.complete import CompleteTask, SkipTask, complete_task, skip_task
from todo_backend.tasks.use_cases.create import CreateTask, create_task
from todo_backend.tasks.use_cases.drafts import DueDraft, ReminderDraft
from todo_backend.tasks.use_cases.postpone import PostponeTask, postpone_task

from tests.year.plans import Plan

USER, FIRST = UUID(int=1), UUID(int=2)
REMEMBERED = 12
"""Occurrences that are loaded with an act: the open ones, at most ten, and what was closed last."""


class Stage:
    """The state of one series. `newest` is its last occurrence, `closed` says when each was closed."""

    def __init__(self, plan: Plan, now: dt.datetime) -> None:
        """Create the first task, as its person would."""
        country, region = plan.country or (None, None)
        self._ids = count(100)
        self._account = Account(USER, "a@example.com", "Ada", "", plan.day_zone, version=1)
        self._account = replace(self._account, country=country, region=region)
        self._tasks: dict[UUID, Task] = {}
        self._series: dict[UUID, Series] = {}
        self.closed: dict[UUID, dt.datetime] = {}
        rule = Recurrence(plan.rule, plan.anchor, plan.missed, plan.trigger, plan.exdates, plan.rdates, plan.on_holiday)
        due = DueDraft(plan.start, plan.time, plan.zone)
        reminders = tuple(ReminderDraft(minutes, "due") for minutes in plan.reminders)
        create = CreateTask(FIRST, "Water", due=due, reminders=reminders, recurrence=rule)
        self._do(lambda loaded, context: create_task(create, loaded, context), now)
        [self.newest] = self._tasks.values()

    @property
    def series(self) -> Series:
        [series] = self._series.values()
        return series

    @property
    def open(self) -> list[Task]:
        return [task for task in self._tasks.values() if task.is_open]

    def close(self, task: Task, now: dt.datetime, skip: bool) -> None:
        """Complete or skip an occurrence."""
        if skip:
            self._do(lambda loaded, context: skip_task(SkipTask(task.id), loaded, context), now)
        else:
            self._do(lambda loaded, context: complete_task(CompleteTask(task.id), loaded, context), now)
        self.closed[task.id] = now

    def postpone(self, task: Task, date: dt.date, now: dt.datetime) -> Task:
        """Move one occurrence to another day and return it."""
        self._do(lambda loaded, context: postpone_task(PostponeTask(task.id, date), loaded, context), now)
        return self._tasks[task.id]

    def pause(self, resume_on: dt.date | None, now: dt.datetime) -> None:
        """Let nothing follow for a while."""
        self._do(lambda *held: pause_series(PauseSeries(self.series.id, resume_on), *held), now)

    def resume(self, now: dt.datetime) -> None:
        """Let the series go on, by hand or because its day has come."""
        series = self.series
        if series.resume_on is None:
            self._do(lambda *held: resume_series(ResumeSeries(series.id), *held), now)
        else:
            assert isinstance(decide(self.job(now)), Resume), "its day has come"
            self._do(lambda *held: resume_by_itself(ResumeByItself(series.id, series.version), *held), now)
        assert self.series.status == "active"

    def asked(self, now: dt.datetime) -> Ask | Wait | Resume:
        """Return what the service makes of the newest heads."""
        return decide(self.job(now))

    def advance(self, ask: Ask, now: dt.datetime) -> Advanced:
        """Let a request of the service arrive, and once more: that one must make nothing."""
        first = self._advance(ask, now)
        held = (dict(self._tasks), self.series)
        again = self._advance(ask, now)
        assert again.outcome == ("already" if first.outcome == "made" else first.outcome), "twice is once"
        assert (self._tasks, self.series) == held, "twice is once"
        return first

    def job(self, now: dt.datetime) -> Job:
        """Return the newest occurrence as recurring-task-service holds it."""
        task, series = self._tasks[self.newest.id], self.series
        due, rule, start = task.due, series.recurrence, series.start
        assert due is not None
        return Job(
            user_id=USER, series_id=series.id, predecessor_id=task.id, predecessor_version=task.version,
            series_version=series.version, claim=USER, attempts=0, predecessor_open=task.is_open,
            occurrence_key=task.occurrence_key or "", occurrence_number=task.occurrence_number or 0,
            due_date=due.date, due_time=due.time, due_zone=due.time_zone, begin_date=task.start_date,
            reminders=[{"minutes_before": r.minutes_before, "relative_to": r.relative_to} for r in task.reminders],
            closed_at=self.closed.get(task.id), day_zone=self._account.time_zone, now=now, status=series.status,
            rrule=rule.rrule, anchor=rule.anchor, missed=rule.missed, trigger=rule.trigger,
            exdates=list(rule.exdates), rdates=list(rule.rdates),
            start_date=start.date, start_time=start.time, start_zone=start.time_zone,
            on_holiday=rule.on_holiday, country=self._account.country, region=self._account.region,
            resume_on=series.resume_on, resumed_at=series.resumed_at,
            event_id=None, correlation_id=None, traceparent=None,
        )  # fmt: skip

    def _advance(self, ask: Ask, now: dt.datetime) -> Advanced:
        command, told = AdvanceBody.model_validate(ask.body).command(self.series.id), list[Advanced]()

        def act(loaded: Loaded, context: Context) -> Change:
            change, said = advance_series(command, loaded, context)
            told.append(said)
            return change

        self._do(act, now)
        if told[0].outcome == "made":
            self.newest = self._tasks[command.task_id]
        return told[0]

    def _do(self, act: Callable[[Loaded, Context], Change], now: dt.datetime) -> None:
        """Do an act and keep what it changes, with the versions that execute() gives."""
        origin = Origin(USER, "user", str(USER), "rest", USER)
        context = Context(origin, now, lambda: UUID(int=next(self._ids)))
        change = act(Loaded(self._account, self._tasks, self._series), context)
        for write in (*change.series, *change.tasks):
            kept: Any = self._series if isinstance(write.after, Series) else self._tasks
            version = (write.before.version if write.before else 0) + (write.event is not None)
            kept[write.after.id] = replace(write.after, version=version)
        for task in list(self._tasks.values())[: -REMEMBERED or None]:
            if not task.is_open:
                del self._tasks[task.id]
