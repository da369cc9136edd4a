"""The way between rows and domain values; a row read has its columns in the order of `columns`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson

from todo_backend.accounts.domain import Account, Session
from todo_backend.application.columns import ACCOUNTS, LISTS, SESSIONS
from todo_backend.application.shapes import Json, reminder_json, subtask_json
from todo_backend.lists.domain import TaskList
from todo_backend.series.domain import Recurrence, Series
from todo_backend.tasks.domain import Due, Reminder, Subtask, Task


def task_row(task: Task) -> Json:
    """Return the row of a task."""
    due = task.due
    return {
        "user_id": task.user_id,
        "id": task.id,
        "stream_key": task.stream_key,
        "title": task.title,
        "notes": task.notes,
        "list_id": task.list_id,
        "status": task.status,
        "priority": task.priority,
        "tags": task.tags,
        "due_date": due.date if due else None,
        "due_time": due.time if due else None,
        "due_zone": due.time_zone if due else None,
        "due_at": task.due_at,
        "start_date": task.start_date,
        "subtasks": [subtask_json(s) for s in task.subtasks],
        "reminders": [reminder_json(r) for r in task.reminders],
        "series_id": task.series_id,
        "occurrence_key": task.occurrence_key,
        "occurrence_number": task.occurrence_number,
        "predecessor_id": task.predecessor_id,
        "passed_over": task.passed_over,
        "trigger": task.trigger,
        "missed": task.missed,
        "opens_at": task.opens_at,
        "position": task.position,
        "version": task.version,
        "change": task.change,
        "created_at": task.created_at,
        "updated_at": task.updated_at,
        "completed_at": task.completed_at,
        "deleted_at": task.deleted_at,
        "withdrawn_at": task.withdrawn_at,
        "uid": task.uid,
        "uid_digest": task.uid_digest,
    }


def task_of(row: Sequence[Any]) -> Task:
    """Return the task of a row that was selected with `TASKS.select_list`."""
    return Task(
        user_id=row[0],
        id=row[1],
        stream_key=row[2],
        title=row[3],
        notes=row[4],
        list_id=row[5],
        status=row[6],
        priority=row[7],
        tags=tuple(row[8]),
        due=None if row[9] is None else Due(row[9], row[10], row[11]),
        start_date=row[13],
        subtasks=tuple(subtask_of(s) for s in row[14]),
        reminders=tuple(reminder_of(r) for r in row[15]),
        series_id=row[16],
        occurrence_key=row[17],
        occurrence_number=row[18],
        predecessor_id=row[19],
        passed_over=row[20],
        trigger=row[21],
        missed=row[22],
        opens_at=row[23],
        position=row[24],
        version=row[25],
        change=row[26],
        created_at=row[27],
        updated_at=row[28],
        completed_at=row[29],
        deleted_at=row[30],
        withdrawn_at=row[31],
        uid=row[32],
        uid_digest=row[33],
    )


def subtask_of(value: Json) -> Subtask:
    """Return a subtask from its JSON value."""
    return Subtask(UUID(value["id"]), value["title"], value["done"])


def reminder_of(value: Json) -> Reminder:
    """Return a reminder from its JSON value."""
    at = value.get("at")
    return Reminder(
        UUID(value["id"]),
        value.get("minutes_before"),
        value.get("relative_to"),
        None if at is None else dt.datetime.fromisoformat(at),
        value.get("repeat_minutes"),
        value.get("repeat_most"),
    )


def due_of(value: Json) -> Due:
    """Return a due from its JSON value."""
    time = value["time"]
    wall = None if time is None else dt.time.fromisoformat(time)
    return Due(dt.date.fromisoformat(value["date"]), wall, value["time_zone"])


def recurrence_of(value: Json) -> Recurrence:
    """Return how a series repeats from its JSON value."""
    return Recurrence(
        value["rrule"],
        value["anchor"],
        value["missed"],
        value["trigger"],
        tuple(value["exdates"]),
        tuple(value["rdates"]),
        value.get("on_holiday", "ignore"),  # acts that are older than it lack it
    )


def series_row(series: Series) -> Json:
    """Return the row of a series."""
    rule = series.recurrence
    return {
        "user_id": series.user_id,
        "id": series.id,
        "stream_key": series.stream_key,
        "status": series.status,
        "rrule": rule.rrule,
        "anchor": rule.anchor,
        "missed": rule.missed,
        "trigger": rule.trigger,
        "exdates": rule.exdates,
        "rdates": rule.rdates,
        "start_date": series.start.date,
        "start_time": series.start.time,
        "start_zone": series.start.time_zone,
        "end_reason": series.end_reason,
        "split_from": series.split_from,
        "resume_on": series.resume_on,
        "resumed_at": series.resumed_at,
        "ended_paused": series.ended_paused,
        "occurrences": series.occurrences,
        "passed_over": series.passed_over,
        "version": series.version,
        "change": series.change,
        "created_at": series.created_at,
        "updated_at": series.updated_at,
        "on_holiday": rule.on_holiday,
    }


def series_of(row: Sequence[Any]) -> Series:
    """Return the series of a row that was selected with `SERIES.select_list`."""
    return Series(
        user_id=row[0],
        id=row[1],
        stream_key=row[2],
        status=row[3],
        recurrence=Recurrence(row[4], row[5], row[6], row[7], tuple(row[8]), tuple(row[9]), row[24]),
        start=Due(row[10], row[11], row[12]),
        end_reason=row[13],
        split_from=row[14],
        resume_on=row[15],
        resumed_at=row[16],
        ended_paused=row[17],
        occurrences=row[18],
        passed_over=row[19],
        version=row[20],
        change=row[21],
        created_at=row[22],
        updated_at=row[23],
    )


def list_of(row: Sequence[Any]) -> TaskList:
    """Return the list of a row that was selected with `LISTS.select_list`."""
    return TaskList(*row)


def list_row(one: TaskList) -> Json:
    """Return the row of a list."""
    return {name: getattr(one, name) for name in LISTS.columns}


def account_of(row: Sequence[Any]) -> Account:
    """Return the account of a row that was selected with `ACCOUNTS.select_list`."""
    return Account(*row)


def session_of(row: Sequence[Any]) -> Session:
    """Return the session of a row that was selected with `SESSIONS.select_list`."""
    return Session(*row)


def session_row(session: Session) -> Json:
    """Return the row of a session; bytes in PostgreSQL's hex form, since rows travel as JSON."""
    row = {name: getattr(session, name) for name in SESSIONS.columns}
    row["token_hash"] = "\\x" + session.token_hash.hex()
    return row


def account_row(account: Account) -> Json:
    """Return the row of an account."""
    return {name: getattr(account, name) for name in ACCOUNTS.columns}


def rows_json(rows: Sequence[Json]) -> str:
    """Return rows as the JSON text that jsonb_to_recordset reads."""
    return orjson.dumps(rows).decode()
