"""The registry as a model sees it: schemas, hints, and that no tool asks whose tasks are meant."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

import pytest
from pydantic import ValidationError
from todo_backend.doors.tools.refused import of_validation
from todo_backend.doors.tools.registry import TOOLS, named
from todo_backend.doors.tools.tool import Tool

PERSON = re.compile(r"user|owner|account|person_id|tenant")
each_tool = pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)


def properties(schema: Any) -> set[str]:
    """Every name that a schema gives to a value, however deep."""
    found: set[str] = set()
    if isinstance(schema, dict):
        found |= set(schema.get("properties", {}))
        for part in schema.values():
            found |= properties(part)
    elif isinstance(schema, list):
        for part in schema:
            found |= properties(part)
    return found


@each_tool
def test_no_tool_takes_whose_tasks_are_meant(tool: Tool) -> None:
    asked = {name for name in properties(tool.input_schema) if PERSON.search(name)}

    assert not asked


@each_tool
def test_a_user_id_that_a_model_fills_in_is_refused(tool: Tool) -> None:
    with pytest.raises(ValidationError) as caught:
        tool.takes.model_validate({"user_id": "018f0000-0000-7000-8000-000000000000"})

    refused = of_validation(caught.value).document()
    assert {"field": "user_id", "type": "extra_forbidden"}.items() <= next(
        e for e in refused["errors"] if e["field"] == "user_id"
    ).items()


@each_tool
def test_a_schema_is_one_closed_object(tool: Tool) -> None:
    assert tool.input_schema["type"] == "object"
    assert tool.input_schema["additionalProperties"] is False
    assert tool.output_schema["type"] == "object"
    assert "title" not in tool.input_schema


@each_tool
def test_a_model_is_told_what_a_tool_does(tool: Tool) -> None:
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", tool.name)
    assert 20 <= len(tool.description) <= 500
    assert tool.title


@each_tool
def test_what_cannot_be_seen_again_is_confirmed_and_can_be_undone(tool: Tool) -> None:
    confirmed = "confirm" in tool.input_schema["properties"]

    assert confirmed == (tool.kind == "deletion") == tool.name.startswith("delete_")
    assert not confirmed or {"confirm", "undo"} <= set(tool.output_schema["properties"])


@each_tool
def test_only_questions_do_with_a_token_that_reads(tool: Tool) -> None:
    assert tool.scope == ("tasks:read" if tool.kind == "question" else "tasks:write")
    assert tool.kind != "question" or all(route.startswith(("GET ", "POST ")) for route in tool.rest)


def test_names_are_unlike() -> None:
    assert len({tool.name for tool in TOOLS}) == len(TOOLS)
    assert named("add_task") is TOOLS[0]
    assert named("drop_table") is None


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"title": "x" * 100_000}, "title"),
        ({"title": "x", "due_date": 5}, "due_date"),
        ({"title": "x", "y" * 100_000: 1}, "y" * 60),
        ({"title": "x", "\ud800": 1}, ""),
    ],
)
def test_what_is_wrong_is_said_by_field_and_never_what_was_sent(sent: dict[str, Any], field: str) -> None:
    tool = named("add_task")
    assert tool is not None
    with pytest.raises(ValidationError) as caught:
        tool.takes.model_validate(sent)

    said = of_validation(caught.value).document()

    assert [error["field"] for error in said["errors"]] == [field]
    assert len(str(said).encode()) < 1000


def test_a_process_without_mcp_clients_does_not_import_the_sdk() -> None:
    look = "import sys, todo_backend.main; sys.exit(bool({'mcp', 'mcp_types'} & sys.modules.keys()))"

    assert subprocess.run([sys.executable, "-c", look], check=False).returncode == 0
