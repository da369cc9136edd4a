"""Taking back what an act did to lists."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from todo_backend.application.change import Context, Loaded, Write
from todo_backend.application.shapes import list_json
from todo_backend.errors import UndoConflict
from todo_backend.lists.domain import TaskList
from todo_backend.lists.use_cases.checks import require_free_name, require_room

REASON = "undone"
UNTOUCHED_VERSION = 1


def taken_back(writes: Iterable[Mapping[str, Any]], loaded: Loaded, context: Context) -> tuple[Write[TaskList], ...]:
    """Return each list as it was before the act; one that the act had made is deleted, and its tasks are in none.

    Raises UndoConflict where a list has changed since, ListNameTaken and TooManyLists where others took its place.
    """
    return tuple(_taken_back(write, loaded, context) for write in writes if write["kind"] == "list")


def _taken_back(write: Mapping[str, Any], loaded: Loaded, context: Context) -> Write[TaskList]:
    before = loaded.lists.get(UUID(write["id"]))
    if before is None:
        raise UndoConflict
    if write["created"]:
        if before.version != UNTOUCHED_VERSION or before.deleted_at is not None:
            raise UndoConflict(list_id=str(before.id))
        return _written(before, replace(before, deleted_at=context.now), context)
    current = list_json(before)
    for name, change in write["fields"].items():
        if current[name] != change["after"]:
            raise UndoConflict(field=name)
    values = {name: _value(name, change["before"]) for name, change in write["fields"].items()}
    after = replace(before, **values)
    if after.deleted_at is None:
        require_free_name(loaded, after.name, after.id)
    if after.deleted_at is None and before.deleted_at is not None:
        require_room(loaded)
    return _written(before, after, context)


def _written(before: TaskList, after: TaskList, context: Context) -> Write[TaskList]:
    verb = "updated"
    if after.deleted_at != before.deleted_at:
        verb = "restored" if after.deleted_at is None else "deleted"
    return Write(before, after, f"todo.list.{verb}.v1", context.new_id(), reason=REASON)


def _value(name: str, value: Any) -> Any:
    return dt.datetime.fromisoformat(value) if name == "deleted_at" and value is not None else value
