"""Use cases as pure functions: loaded state and a command in, a change or a refusal out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from todo_backend.accounts.domain import Account, Session
from todo_backend.accounts.use_cases.sessions import OpenSession, Rotate, open_session, rotate
from todo_backend.accounts.use_cases.sign_up import SignUp, sign_up
from todo_backend.application.change import Context, Loaded, Origin
from todo_backend.errors import (
    CompletedInFuture,
    ListNotFound,
    OccurrenceConflict,
    RecurrenceInvalid,
    RefreshRefused,
    RefreshReused,
    StaleEtag,
    SuccessorTouched,
    Superseded,
    TaskNotFound,
    TaskNotOpen,
    TaskWithdrawn,
)
from todo_backend.series.domain import Recurrence, Series
from todo_backend.series.use_cases.advance import Advance, NextDate, advance_series, opening_of
from todo_backend.tasks.domain import Due, Reminder, Subtask, Task
from todo_backend.tasks.use_cases.change import ChangeTask, change_task
from todo_backend.tasks.use_cases.complete import CompleteTask, complete_task
from todo_backend.tasks.use_cases.create import CreateTask, create_task
from todo_backend.tasks.use_cases.delete import DeleteTask, RestoreTask, delete_task, restore_task
from todo_backend.tasks.use_cases.drafts import DueDraft, ReminderDraft
from todo_backend.tasks.use_cases.reopen import ReopenTask, reopen_task

USER, TASK, NEXT, SERIES = (UUID(int=n) for n in range(1, 5))
NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
ACCOUNT = Account(USER, "a@example.com", "Ada", "", "Europe/Berlin", version=1)


@pytest.fixture
def context() -> Context:
    ids: Iterator[int] = count(100)
    return Context(Origin(USER, "user", str(USER), "rest", UUID(int=9)), NOW, lambda: UUID(int=next(ids)))


def _task(**fields: Any) -> Task:
    base: dict[str, Any] = {"user_id": USER, "id": TASK, "stream_key": TASK, "title": "t", "version": 3}
    return Task(**{**base, **fields})


def _occurrence(**fields: Any) -> Task:
    base: dict[str, Any] = {
        "series_id": SERIES,
        "occurrence_key": "2026-03-01",
        "occurrence_number": 4,
        "due": Due(dt.date(2026, 3, 1), None, "Europe/Berlin"),
        "trigger": "on_completion",
        "missed": "next",
    }
    return _task(**{**base, **fields})


def _series(**fields: Any) -> Series:
    base: dict[str, Any] = {
        "user_id": USER,
        "id": SERIES,
        "stream_key": TASK,
        "recurrence": Recurrence("FREQ=DAILY"),
        "start": Due(dt.date(2026, 2, 26), None, "Europe/Berlin"),
        "version": 1,
    }
    return Series(**{**base, **fields})


def _loaded(*tasks: Task, series: Series | None = None, **fields: Any) -> Loaded:
    found = {series.id: series} if series else {}
    return Loaded(ACCOUNT, {t.id: t for t in tasks}, found, **fields)


def test_a_new_task_takes_the_users_zone_and_its_own_id_as_stream_key(context: Context):
    due = DueDraft(dt.date(2026, 3, 29), dt.time(2, 30))
    change = create_task(CreateTask(TASK, "x", due=due), _loaded(), context)
    [write] = change.tasks
    assert write.after.stream_key == TASK
    assert write.after.due == Due(dt.date(2026, 3, 29), dt.time(2, 30), "Europe/Berlin")
    assert write.after.due_at == dt.datetime(2026, 3, 29, 1, 30, tzinfo=dt.UTC)
    with pytest.raises(ListNotFound):
        create_task(CreateTask(TASK, "x", list_id=NEXT), _loaded(), context)


def test_a_series_begins_on_the_first_date_of_its_rule(context: Context):
    command = CreateTask(TASK, "x", due=DueDraft(dt.date(2026, 1, 31)), recurrence=Recurrence("FREQ=MONTHLY"))
    change = create_task(command, _loaded(), context)
    [task], [series] = change.tasks, change.series
    assert (task.after.occurrence_key, task.after.occurrence_number) == ("2026-01-31", 1)
    assert series.after.stream_key == TASK
    assert series.task_id == TASK
    with pytest.raises(RecurrenceInvalid) as refused:
        create_task(replace(command, recurrence=Recurrence("FREQ=DAILY;INTERVAL=0")), _loaded(), context)
    assert refused.value.code == "rule_interval_out_of_range"


def test_start_and_reminders_come_along_to_the_first_date_of_the_rule(context: Context):
    at = dt.datetime(2026, 11, 17, 8, tzinfo=dt.UTC)
    tuesday = DueDraft(dt.date(2026, 11, 17), dt.time(17))
    command = CreateTask(TASK, "x", due=tuesday, start_date=dt.date(2026, 11, 16), reminders=(ReminderDraft(at=at),),
                         recurrence=Recurrence("FREQ=WEEKLY;BYDAY=MO"))  # fmt: skip
    [task] = create_task(command, _loaded(), context).tasks
    assert task.after.due == Due(dt.date(2026, 11, 23), dt.time(17), "Europe/Berlin")
    assert task.after.start_date == dt.date(2026, 11, 22)
    assert [reminder.at for reminder in task.after.reminders] == [at + dt.timedelta(days=6)]


@pytest.mark.parametrize("status", ["skipped", "missed"])
def test_only_what_is_open_is_completed(context: Context, status: Any):
    with pytest.raises(TaskNotOpen):
        complete_task(CompleteTask(TASK), _loaded(_task(status=status)), context)
    assert complete_task(CompleteTask(TASK), _loaded(_task(status="done")), context).is_empty
    with pytest.raises(CompletedInFuture):
        complete_task(CompleteTask(TASK, NOW + dt.timedelta(seconds=1)), _loaded(_task()), context)
    with pytest.raises(TaskNotFound):
        complete_task(CompleteTask(NEXT), _loaded(_task()), context)
    with pytest.raises(StaleEtag):
        complete_task(CompleteTask(TASK, expected_version=2), _loaded(_task()), context)


def test_a_patch_sets_what_is_named(context: Context):
    before = _task(notes="n", tags=("a",))
    [write] = change_task(ChangeTask(TASK, {"tags": ("b",)}), _loaded(before), context).tasks
    assert write.after == replace(before, tags=("b",))
    assert change_task(ChangeTask(TASK, {"tags": ("a",)}), _loaded(before), context).is_empty


def test_reopening_withdraws_only_an_untouched_open_successor(context: Context):
    done = _occurrence(status="done")
    successor = _occurrence(id=NEXT, predecessor_id=TASK, version=1)
    [withdrawn, reopened] = reopen_task(ReopenTask(TASK), _loaded(done, successor, series=_series()), context).tasks
    assert withdrawn.after.withdrawn_at == withdrawn.after.deleted_at == NOW
    assert (withdrawn.reason, withdrawn.causation_id) == ("withdrawn", reopened.event_id)
    assert reopened.after.completed_at is None
    touched = replace(successor, version=2)
    with pytest.raises(SuccessorTouched):
        reopen_task(ReopenTask(TASK), _loaded(done, touched, series=_series()), context)
    completed = replace(successor, status="done")
    with pytest.raises(OccurrenceConflict):
        reopen_task(ReopenTask(TASK, "withdraw"), _loaded(done, completed, series=_series()), context)
    [kept] = reopen_task(ReopenTask(TASK, "keep"), _loaded(done, completed, series=_series()), context).tasks
    assert (kept.after.series_id, kept.after.status) == (None, "open")
    gone = replace(successor, withdrawn_at=NOW)
    assert len(reopen_task(ReopenTask(TASK), _loaded(done, gone, series=_series()), context).tasks) == 1


def test_deleting_an_open_occurrence_ends_its_series_and_a_closed_one_does_not(context: Context):
    change = delete_task(DeleteTask(TASK), _loaded(_occurrence(), series=_series()), context)
    assert (change.series[0].after.status, change.series[0].after.end_reason) == ("ended", "deleted")
    assert not delete_task(DeleteTask(TASK), _loaded(_occurrence(status="done"), series=_series()), context).series
    skipped = delete_task(DeleteTask(TASK, "this"), _loaded(_occurrence(), series=_series()), context)
    assert (skipped.tasks[0].after.status, skipped.series) == ("skipped", ())


def test_restoring_resumes_only_what_its_deletion_had_ended(context: Context):
    deleted = _occurrence(deleted_at=NOW)
    resumed = restore_task(
        RestoreTask(TASK), _loaded(deleted, series=_series(status="ended", end_reason="deleted")), context
    )
    assert resumed.series[0].after.status == "active"
    paused = _series(status="paused", resume_on=NOW.date())
    [over] = delete_task(DeleteTask(TASK), _loaded(_occurrence(), series=paused), context).series
    [again] = restore_task(RestoreTask(TASK), _loaded(deleted, series=over.after), context).series
    assert (again.after, again.event) == (paused, "todo.series.paused.v1"), "as it was, day and all"
    by_count = _series(status="ended", end_reason="count")
    assert not restore_task(RestoreTask(TASK), _loaded(deleted, series=by_count), context).series
    other = _occurrence(id=NEXT)
    with pytest.raises(OccurrenceConflict):
        restore_task(RestoreTask(TASK), _loaded(deleted, other, series=_series()), context)
    with pytest.raises(TaskWithdrawn):
        restore_task(RestoreTask(TASK), _loaded(replace(deleted, withdrawn_at=NOW)), context)


def _advance(**fields: Any) -> Advance:
    base: dict[str, Any] = {
        "series_id": SERIES,
        "predecessor_id": TASK,
        "predecessor_version": 3,
        "series_version": 1,
        "next": NextDate("2026-03-02", dt.date(2026, 3, 2), None, None),
        "end_reason": None,
        "passed_over": 0,
        "causation_id": None,
        "task_id": NEXT,
    }
    return Advance(**{**base, **fields})


def test_a_successor_is_shifted_as_a_whole_over_a_change_of_clocks(context: Context):
    at = dt.datetime(2026, 3, 28, 8, tzinfo=dt.UTC)
    predecessor = _occurrence(
        status="done",
        completed_at=NOW,
        occurrence_key="2026-03-28T09:00:00",
        due=Due(dt.date(2026, 3, 28), dt.time(9), "Europe/Berlin"),
        start_date=dt.date(2026, 3, 27),
        subtasks=(Subtask(UUID(int=50), "s", done=True),),
        reminders=(Reminder(UUID(int=51), at=at), Reminder(UUID(int=52), 10, "due")),
    )
    found = NextDate("2026-03-29T09:00:00", dt.date(2026, 3, 29), dt.time(9), "Europe/Berlin")
    change, said = advance_series(_advance(next=found, passed_over=2), _loaded(predecessor, series=_series()), context)
    made = change.tasks[0].after
    assert (said.outcome, said.task_id, made.id) == ("made", NEXT, NEXT)
    assert made.due_at == dt.datetime(2026, 3, 29, 7, tzinfo=dt.UTC), "nine by the clock, an hour earlier in UTC"
    assert made.reminders[0].at == at + dt.timedelta(hours=23)
    assert made.reminders[1] == predecessor.reminders[1]
    assert (made.start_date, made.subtasks[0].done) == (dt.date(2026, 3, 28), False)
    assert (made.status, made.completed_at, made.occurrence_number) == ("open", None, 7)
    quiet = change.series[0]
    assert (quiet.event, quiet.after.occurrences, quiet.after.passed_over) == (None, 2, 2)


@pytest.mark.parametrize(
    ("start", "reminders", "opens"),
    [
        (None, [], dt.datetime(2026, 3, 9, 8, tzinfo=dt.UTC)),
        (None, [Reminder(NEXT, 30, "due")], dt.datetime(2026, 3, 9, 7, 30, tzinfo=dt.UTC)),
        (dt.date(2026, 3, 8), [], dt.datetime(2026, 3, 7, 23, tzinfo=dt.UTC)),
        (dt.date(2026, 3, 8), [Reminder(NEXT, 600, "start")], dt.datetime(2026, 3, 7, 22, tzinfo=dt.UTC)),
        (dt.date(2026, 3, 8), [Reminder(NEXT, 600, "due")], dt.datetime(2026, 3, 7, 23, tzinfo=dt.UTC)),
    ],
)
def test_it_opens_at_its_start_its_earliest_reminder_or_its_due(start: Any, reminders: Any, opens: dt.datetime):
    """Nine o'clock in Berlin on 9 March; a start begins at midnight, its reminders count from nine there."""
    due = Due(dt.date(2026, 3, 9), dt.time(9), "Europe/Berlin")
    assert opening_of(_occurrence(due=due, start_date=start, reminders=tuple(reminders))) == opens


@pytest.mark.parametrize(
    ("predecessor", "series", "outcome"),
    [
        (_occurrence(status="done"), _series(), "made"),
        (_occurrence(status="skipped"), _series(), "made"),
        (_occurrence(status="missed"), _series(), "made"),
        (_occurrence(status="done", deleted_at=NOW), _series(), "made"),
        (_occurrence(), _series(), Superseded),
        (_occurrence(status="done", withdrawn_at=NOW, deleted_at=NOW), _series(), Superseded),
        (_occurrence(status="done", version=4), _series(), Superseded),
        (_occurrence(status="done", series_id=None), _series(), Superseded),
        (_occurrence(status="done"), _series(version=2), Superseded),
        (_occurrence(status="done"), _series(status="paused"), Superseded),
        (_occurrence(status="done"), _series(status="ended"), "ended"),
    ],
)
def test_advance_answers_by_what_is_there(context: Context, predecessor: Task, series: Series, outcome: Any):
    loaded = _loaded(predecessor, series=series)
    if isinstance(outcome, str):
        assert advance_series(_advance(), loaded, context)[1].outcome == outcome
    else:
        with pytest.raises(outcome):
            advance_series(_advance(), loaded, context)


@pytest.mark.parametrize(
    ("generation", "age", "expected"),
    [(5, 0, "rotated"), (4, 29, "repeated"), (4, 31, RefreshReused), (3, 1, RefreshReused), (6, 1, RefreshReused)],
)
def test_which_refresh_token_is_good(context: Context, generation: int, age: int, expected: Any):
    rotated_at = NOW - dt.timedelta(seconds=age)
    session = Session(NEXT, USER, 5, b"5", NOW, rotated_at, NOW + dt.timedelta(days=1))
    command = Rotate(NEXT, generation, lambda n: str(n).encode())
    change = rotate(command, Loaded(ACCOUNT, session=session), context)
    if expected == "rotated":
        assert change.sessions[0].after.generation == 6
    elif expected == "repeated":
        assert change.is_empty
    else:
        assert isinstance(change.refusal, expected)
        assert change.sessions[0].after.ended_at == NOW
    ended = replace(session, ended_at=NOW)
    with pytest.raises(RefreshRefused):
        rotate(command, Loaded(ACCOUNT, session=ended), context)


def test_the_term_of_a_session_runs_by_the_databases_clock(context: Context):
    """`context.now` is the database's; the process may be days off."""
    opened = OpenSession(NEXT, b"hash")
    joined = SignUp("a@example.com", "Ada", "", "UTC", "en", opened)
    for change in (open_session(opened, _loaded(), context), sign_up(joined, Loaded(), context)):
        [write] = change.sessions
        session = write.after
        assert (write.before, session.family, session.user_id, session.generation) == (None, NEXT, USER, 1)
        assert session.created_at == session.rotated_at == NOW
        assert session.expires_at == NOW + dt.timedelta(days=30)
