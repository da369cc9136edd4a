"""A task is what its history tells: the state inside its last event, field by field. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import orjson

INSTANTS = frozenset({"due_at", "created_at", "updated_at", "completed_at", "deleted_at", "withdrawn_at"})


def differing_fields(record: bytes, task: Mapping[str, Any]) -> list[str]:
    """Return the fields in which a task differs from what its event says; fields that the event lacks are left out."""
    told: dict[str, Any] = orjson.loads(record)["data"]["task_data"]
    return sorted(
        name
        for name, value in told.items()
        if name != "series" and name in task and _value(name, value) != _value(name, task[name])
    )


def _value(name: str, value: Any) -> Any:
    return dt.datetime.fromisoformat(value) if name in INSTANTS and isinstance(value, str) else value
