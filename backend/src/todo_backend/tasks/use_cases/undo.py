"""Undoing an act: field by field, only where the current value is still the one that the act left."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast
from uuid import UUID

from todo_backend.application.change import Act, Change, Context, Loaded, Write
from todo_backend.application.rows import due_of, recurrence_of, reminder_of, subtask_of
from todo_backend.application.shapes import series_json, task_json
from todo_backend.errors import UndoConflict, UndoneAlready, UndoNotFound
from todo_backend.lists.use_cases.undo import taken_back
from todo_backend.series.domain import Series
from todo_backend.tasks.domain import Task
from todo_backend.tasks.use_cases.delete import DeleteTask, delete_task
from todo_backend.tasks.use_cases.reopen import UNTOUCHED_VERSION, SuccessorChoice, reopening

REASON = "undone"
_SERIES_EVENTS = {
    "active": "todo.series.resumed.v1",
    "paused": "todo.series.paused.v1",
    "ended": "todo.series.ended.v1",
}


@dataclass(frozen=True, slots=True)
class UndoAct:
    """Undo the act with this handle."""

    handle: UUID
    successor: SuccessorChoice | None = None


def undo_act(command: UndoAct, loaded: Loaded, context: Context) -> Change:
    """Return the change that takes an act back. Raises UndoNotFound, UndoneAlready, UndoConflict, SuccessorTouched."""
    act = loaded.act
    if act is None:
        raise UndoNotFound
    if act.undone_at is not None:
        raise UndoneAlready
    if act.kind == "create" and any(write["kind"] == "task" for write in act.writes):
        return replace(_uncreate(act.writes, loaded, context), act=None, undone=act.id)
    if act.kind == "import":
        return _unimport(act, command.successor, loaded, context)
    return replace(_unchange(act.writes, command.successor, loaded, context), undone=act.id)


def _unchange(
    writes: Sequence[Mapping[str, Any]], choice: SuccessorChoice | None, loaded: Loaded, context: Context
) -> Change:
    series = [_series_write(write, loaded, context) for write in writes if write["kind"] == "series"]
    tasks: list[Write[Task]] = []
    for write in writes:
        if write["kind"] == "task" and not write["created"]:
            tasks += _task_writes(write, choice, series, loaded, context)
    for one in series:
        _require_a_last(one, {**loaded.tasks, **{w.after.id: w.after for w in tasks}}.values())
    return Change(tasks=tuple(tasks), series=tuple(series), lists=taken_back(writes, loaded, context))


def _require_a_last(write: Write[Series], tasks: Iterable[Task]) -> None:
    """Refuse to let a series go on whose last occurrence lies deleted: nothing would follow. Raises UndoConflict."""
    series = write.after
    if series.status == "ended" or series.recurrence.trigger == "on_schedule":
        return
    unfinished = [t for t in tasks if t.series_id == series.id and t.status == "open" and t.withdrawn_at is None]
    if unfinished and not any(t.is_open for t in unfinished):
        raise UndoConflict(field="deleted_at", task_id=str(unfinished[0].id))


def _unimport(act: Act, choice: SuccessorChoice | None, loaded: Loaded, context: Context) -> Change:
    """Take an import back as a whole: what it made is deleted, what it changed is as it was."""
    changed = [w for w in act.writes if not w["created"]]
    change = replace(_unchange(changed, choice, loaded, context), undone=act.id)
    for made in (w for w in act.writes if w["created"] and w["kind"] == "task"):
        one = _uncreate([made], loaded, context)
        change = replace(change, tasks=(*change.tasks, *one.tasks), series=(*change.series, *one.series))
    # The calendar says something new again: what is imported next is not what was imported last.
    forgotten = tuple(replace(w, after=replace(w.after, uid_digest=None)) for w in change.tasks)
    return replace(change, tasks=forgotten)


def _uncreate(writes: Sequence[Mapping[str, Any]], loaded: Loaded, context: Context) -> Change:
    task_id = next(UUID(w["id"]) for w in writes if w["kind"] == "task")
    task = loaded.tasks.get(task_id)
    if task is None or task.version != UNTOUCHED_VERSION or not task.is_live:
        raise UndoConflict(task_id=str(task_id))
    return delete_task(DeleteTask(task_id), loaded, context)


def _task_writes(
    write: Mapping[str, Any],
    choice: SuccessorChoice | None,
    series: Sequence[Write[Series]],
    loaded: Loaded,
    context: Context,
) -> list[Write[Task]]:
    before = loaded.tasks.get(UUID(write["id"]))
    if before is None:
        raise UndoConflict
    values = _values_before(write, task_json(before))
    if before.withdrawn_at is not None and "withdrawn_at" not in values:
        raise UndoConflict(field="withdrawn_at")
    if before.deleted_at is not None and "status" in values and "deleted_at" not in values:
        # A deleted task has the status that it had; open, its series would wait for it.
        raise UndoConflict(field="deleted_at")
    after = replace(before, **{name: _task_value(name, value) for name, value in values.items()})
    if not before.is_open and after.is_open and "status" in values:
        return list(reopening(before, after, choice, loaded, context))
    if not before.is_open and ("series_id" in values or "occurrence_key" in values):
        # It was closed at its present place, and what follows it was measured from there.
        raise UndoConflict(field="status")
    known = {**loaded.series, **{w.after.id: w.after for w in series}}
    of = known.get(after.series_id) if after.series_id else None
    rule = of.recurrence if of else None
    after = replace(after, trigger=rule and rule.trigger, missed=rule and rule.missed)
    if not values:
        return [] if after == before else [Write(before, after, None)]
    return [Write(before, after, _task_event(values), context.new_id(), reason=REASON)]


def _series_write(write: Mapping[str, Any], loaded: Loaded, context: Context) -> Write[Series]:
    before = loaded.series.get(UUID(write["id"]))
    if before is None:
        raise UndoConflict
    if write["created"]:
        after = replace(before, status="ended", end_reason=REASON)
        return Write(before, after, "todo.series.ended.v1", context.new_id(), reason=REASON)
    values = _values_before(write, series_json(before))
    after = replace(before, **{name: _series_value(name, value) for name, value in values.items()})
    if "status" in values:
        after = replace(after, ended_paused=after.status == "ended" and before.status == "paused")
    event = _SERIES_EVENTS[values["status"]] if "status" in values else "todo.series.updated.v1"
    return Write(before, after, event, context.new_id(), reason=REASON)


def _values_before(write: Mapping[str, Any], current: Mapping[str, Any]) -> dict[str, Any]:
    fields = cast("Mapping[str, Mapping[str, Any]]", write["fields"])
    for name, change in fields.items():
        if not _same(name, current[name], change["after"]):
            raise UndoConflict(field=name)
    return {name: change["before"] for name, change in fields.items()}


def _same(name: str, now: Any, then: Any) -> bool:
    if name == "recurrence":
        # An act may be older than a part that a recurrence has now.
        return recurrence_of(now) == recurrence_of(then)
    return now == then


def _series_value(name: str, value: Any) -> Any:
    if value is None:
        return None
    match name:
        case "recurrence":
            return recurrence_of(value)
        case "start":
            return due_of(value)
        case "resume_on":
            return dt.date.fromisoformat(value)
        case "resumed_at":
            return dt.datetime.fromisoformat(value)
        case _:
            return value


def _task_event(values: Mapping[str, Any]) -> str:
    if values.get("status") is not None:
        return {
            "done": "todo.task.completed.v1",
            "skipped": "todo.task.skipped.v1",
            "missed": "todo.task.missed.v1",
            "open": "todo.task.reopened.v1",
        }[values["status"]]
    if "deleted_at" in values:
        return "todo.task.restored.v1" if values["deleted_at"] is None else "todo.task.deleted.v1"
    return "todo.task.updated.v1"


def _task_value(name: str, value: Any) -> Any:
    if value is None:
        return None
    match name:
        case "due":
            return due_of(value)
        case "start_date":
            return dt.date.fromisoformat(value)
        case "completed_at" | "deleted_at" | "withdrawn_at":
            return dt.datetime.fromisoformat(value)
        case "list_id" | "series_id" | "predecessor_id":
            return UUID(value)
        case "tags":
            return tuple(value)
        case "subtasks":
            return tuple(subtask_of(s) for s in value)
        case "reminders":
            return tuple(reminder_of(r) for r in value)
        case _:
            return value
