"""What can be read of an event is read; nothing of a stranger's shape stops the audit."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

import orjson
import pytest
from audit_service.domain.entry import read_entry
from audit_service.doors.shapes import read_cursor, write_cursor
from event_contracts.identifiers import uuid7
from event_spine.parsing import parse
from event_spine.records import Record
from service_kit.problems import Problem

USER, TASK, LIST = uuid7(), uuid7(), uuid7()


def read(type_name: str, data: dict[str, Any], **envelope: Any) -> Any:
    body = orjson.dumps(
        {
            "specversion": "1.0", "id": str(uuid7()), "source": "todo-backend", "type": type_name,
            "subject": str(TASK), "time": "2026-05-01T10:00:00.000001Z", "data": data, **envelope,
        }
    )  # fmt: skip
    return read_entry(parse(Record("task-events", 2, 41, "k", body))), body


def test_an_unknown_type_is_an_entry_with_what_it_says() -> None:
    entry, body = read("todo.task.painted.v9", {
        "user_id": str(USER), "task_id": str(TASK), "version": 3, "task_data": {"list_id": str(LIST)}, "colour": "red",
    }, extension="kept")  # fmt: skip
    assert (entry.user_id, entry.task_id, entry.list_id, entry.aggregate_id) == (USER, TASK, LIST, TASK)
    assert (entry.version, entry.event_type, entry.actor_kind) == (3, None, None)
    assert entry.occurred_at == dt.datetime(2026, 5, 1, 10, 0, 0, 1, tzinfo=dt.UTC)
    assert entry.record == body
    assert (entry.topic, entry.source_partition, entry.source_offset) == ("task-events", 2, 41)


@pytest.mark.parametrize(
    "data",
    [
        {"user_id": 7, "task_id": "no id", "version": "three", "actor": ["rest"], "task_data": None},
        {"version": 2**63, "event_type": "with \0 nul", "occurred_at": "yesterday", "actor": {"id": 1}},
        {"occurred_at": "2026-05-01T10:00:00", "version": True},
        {},
    ],
)
def test_what_has_another_shape_is_left_empty(data: dict[str, Any]) -> None:
    entry, _ = read("todo.task.painted.v9", data)
    assert (entry.user_id, entry.task_id, entry.version, entry.event_type, entry.actor_id) == (None,) * 5
    assert entry.occurred_at == dt.datetime(2026, 5, 1, 10, 0, 0, 1, tzinfo=dt.UTC)


def test_a_cursor_comes_back_and_a_strange_one_is_refused() -> None:
    place = (dt.datetime(2026, 5, 1, 10, 0, 0, 1, tzinfo=dt.UTC), UUID(int=7))
    assert read_cursor(write_cursor(place)) == place
    for strange in ("", "x", "%%%", "AAAA", write_cursor(place)[:-5], "é"):
        with pytest.raises(Problem) as caught:
            read_cursor(strange)
        assert (caught.value.status, caught.value.code) == (422, "invalid_cursor")
