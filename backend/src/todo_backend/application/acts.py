"""What undo has to know of an act: per aggregate the fields that it changed, before and after."""

from __future__ import annotations

from typing import Any

from todo_backend.application.change import Change
from todo_backend.application.shapes import differences, list_json, series_json, task_json

DERIVED = frozenset({"due_at"})


def act_writes(change: Change) -> list[dict[str, Any]]:
    """Return the writes of an act as JSON values; a new aggregate is marked `created`."""
    writes: list[dict[str, Any]] = []
    for task in change.tasks:
        fields = {} if task.before is None else differences(task_json(task.before), task_json(task.after))
        writes.append(
            {
                "kind": "task",
                "id": str(task.after.id),
                "created": task.before is None,
                "fields": {name: value for name, value in fields.items() if name not in DERIVED},
            }
        )
    for series in change.series:
        if series.event is None:
            continue
        fields = {} if series.before is None else differences(series_json(series.before), series_json(series.after))
        writes.append(
            {"kind": "series", "id": str(series.after.id), "created": series.before is None, "fields": fields}
        )
    for one in change.lists:
        fields = {} if one.before is None else differences(list_json(one.before), list_json(one.after))
        writes.append({"kind": "list", "id": str(one.after.id), "created": one.before is None, "fields": fields})
    return writes
