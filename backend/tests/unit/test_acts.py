"""No door lacks an act without a reason that is written down."""

from __future__ import annotations

import json
import re
from typing import get_args

from task_language import Intent
from todo_backend.acts.lacking import NO_INTENT, NO_TOOL
from todo_backend.acts.table import FILE, document, routes
from todo_backend.doors.chat.intents import INTENTS, lead_to
from todo_backend.doors.tools.registry import TOOL, TOOLS

TOOL_NAMES = {tool.name for tool in TOOLS}
CLAIMED = {route for tool in TOOLS for route in tool.rest}


def test_every_route_has_a_tool_or_a_reason() -> None:
    there = set(routes())

    assert there - CLAIMED - set(NO_TOOL) == set(), "a route that no tool does: write one, or say why not in acts.py"
    assert CLAIMED - there == set(), "a tool names a route that is not there"
    assert set(NO_TOOL) - there == set(), "a reason for a route that is not there"
    assert CLAIMED & set(NO_TOOL) == set(), "a reason for a route that has a tool"


def test_every_tool_has_a_route() -> None:
    assert [tool.name for tool in TOOLS if not tool.rest] == []


def test_every_tool_has_words_in_the_chat_or_a_reason() -> None:
    said = {name for led in INTENTS.values() for name in led.tools}

    assert said - TOOL_NAMES == set(), "the chat calls a tool that the registry does not have"
    assert TOOL_NAMES - said - set(NO_INTENT) == set(), "a tool that the chat has no words for, and no reason"
    assert said & set(NO_INTENT) == set(), "a reason for a tool that the chat has words for"
    assert set(NO_INTENT) - TOOL_NAMES == set(), "a reason for a tool that is not there"


def test_every_intent_of_the_grammar_is_in_the_table_of_the_chat() -> None:
    assert set(INTENTS) == set(get_args(Intent))


def test_what_an_intent_only_looks_at_changes_nothing() -> None:
    looks = {name for led in INTENTS.values() for name in led.looks}

    assert {TOOL[name].kind for name in looks} == {"question"}


def test_an_intent_of_the_chat_leads_to_its_tool() -> None:
    assert lead_to("add_task") == ["Add", "MoveToList", "OnlyThis", "Yes"]
    assert lead_to("complete_task") == ["Complete", "Did"]
    assert lead_to("list_tasks") == ["Listed", "WasDone"]
    assert lead_to("undo") == ["Undo"]


def test_acts_md_is_what_the_code_says() -> None:
    assert FILE.read_bytes() == document(), "run: python -m todo_backend.acts"


def test_what_clients_are_told_to_write_is_json_and_names_tools_that_are_there() -> None:
    page = (FILE.parent / "mcp.md").read_text("utf-8")
    snippets = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", page, re.DOTALL)]

    assert [snippet["mcpServers"]["todo"]["url"] for snippet in snippets[:1]] == ["http://localhost:8080/mcp"]
    assert set(snippets[1]["require_approval"]["never"]["tool_names"]) <= TOOL_NAMES
