"""Every shape that was ever published parses, and says what its type promises."""

from __future__ import annotations

import json
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from event_contracts import CloudEvent, EventData, TaskEventData, data_model, short_name
from event_contracts.apps import APPS
from event_contracts.generate.schemas import short_names
from event_contracts.identifiers import instant_of
from event_contracts.task import Due

FILES = sorted((Path(__file__).resolve().parents[2] / "examples").glob("*.json"))
TYPES_WITH_EXAMPLES = {
    "todo.task.created.v1",
    "todo.task.completed.v1",
    "todo.task.deleted.v1",
    "todo.series.created.v1",
    "todo.series.ended.v1",
    "todo.list.updated.v1",
    "todo.user.created.v1",
    "todo.security.token_refreshed.v1",
    "todo.security.refused.v1",
    "todo.reminder.sent.v1",
    "todo.platform.probed.v1",
}


def read(path: Path) -> tuple[CloudEvent, EventData, dict[str, Any]]:
    raw = json.loads(path.read_text("utf-8"))
    event = CloudEvent.model_validate(raw)
    model = data_model(event.type)
    assert model is not None
    return event, model.model_validate(event.data), raw


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def example(request: pytest.FixtureRequest) -> tuple[Path, CloudEvent, EventData, dict[str, Any]]:
    return request.param, *read(request.param)


Example = tuple[Path, CloudEvent, EventData, dict[str, Any]]


def test_the_file_is_named_after_its_type(example: Example) -> None:
    path, event, data, _ = example

    assert path.name.startswith(event.type)
    assert data.event_type in short_names(event.type)


def test_no_field_is_one_that_the_models_do_not_know(example: Example) -> None:
    """Models ignore unknown fields, so a misspelt one in an example would otherwise go unseen."""
    _, event, data, raw = example

    assert keys_of(data.model_dump(mode="json", exclude_unset=True)) == keys_of(raw["data"])
    assert not event.model_extra


def test_id_and_time_agree(example: Example) -> None:
    _, event, data, _ = example

    assert event.time == data.occurred_at
    assert abs(instant_of(event.id) - event.time) < timedelta(milliseconds=100)
    assert event.source in APPS


@pytest.mark.parametrize("path", [p for p in FILES if p.name.startswith("todo.task.")], ids=lambda path: path.stem)
def test_the_due_instant_is_the_wall_time_in_its_zone(path: Path) -> None:
    _, data, _ = read(path)
    assert isinstance(data, TaskEventData)
    due = data.task_data.due
    assert isinstance(due, Due)
    assert due.time is not None

    wall = due.date.isoformat(), due.time.isoformat()
    at = data.due_at
    assert at is not None
    assert at == data.task_data.due_at
    local = at.astimezone(UTC).astimezone(ZoneInfo(due.time_zone))
    assert (local.date().isoformat(), local.time().isoformat()) == wall
    assert data.task_data.occurrence_key == "T".join(wall)


def test_the_shapes_that_consumers_rely_on_have_examples() -> None:
    events = [read(path)[0] for path in FILES]

    assert {e.type for e in events} >= TYPES_WITH_EXAMPLES
    assert len({e.id for e in events}) == len(events)


def test_the_successor_names_what_it_follows_from() -> None:
    by_name = {path.stem: read(path) for path in FILES}
    completed, done, _ = by_name["todo.task.completed.v1"]
    _, successor, _ = by_name["todo.task.created.v1.recurring"]
    assert isinstance(done, TaskEventData)
    assert isinstance(successor, TaskEventData)

    assert successor.event_type == "recurring_task_created"
    assert successor.event_type != short_name(completed.type)
    assert successor.causation_id == completed.id
    assert successor.correlation_id == done.correlation_id
    assert successor.task_data.predecessor_id == done.task_id
    assert successor.task_data.stream_key == done.task_data.stream_key
    assert successor.task_data.due is not None
    assert done.task_data.due is not None
    assert successor.task_data.due.date - done.task_data.due.date == timedelta(weeks=1)


def keys_of(value: Any) -> Any:
    """Return the value with every scalar left out: what fields there are, and where."""
    if isinstance(value, dict):
        return {key: keys_of(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [keys_of(part) for part in value]
    return None
