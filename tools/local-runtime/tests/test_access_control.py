"""Access control lets through every edge and nothing that no edge begins, read as Dapr reads it."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import Any

import pytest
from event_contracts.edges import EDGES, Edge
from local_runtime.render import access

PERSON = "0192f0c1-2222-7aaa-8bbb-0123456789ab"


class Node:
    """A part of a route, as in pkg/config/acl_trie.go of Dapr 1.18."""

    def __init__(self, part: str) -> None:
        self.part = part
        self.verbs: list[str] | None = None
        self.below: list[Node] = []

    def put(self, parts: list[str], verbs: list[str]) -> None:
        found = next((node for node in self.below if node.part == parts[0]), None)
        if found is None:
            found = Node(parts[0])
            self.below.append(found)
        if len(parts) > 1:
            found.put(parts[1:], verbs)
        elif found.verbs is None:
            found.verbs = verbs

    def child(self, part: str, at_the_end: bool) -> Node | None:
        for node in self.below:
            if node.part == part or node.part == "**":
                return node
            if node.part == "*":
                if at_the_end:
                    return node
                continue
            if fnmatchcase(part, re.sub(r"([\[?])", r"[\1]", node.part)):
                return node
        return None

    def search(self, parts: list[str]) -> list[str] | None:
        node: Node | None = self
        for index, part in enumerate(parts):
            at_the_end = index == len(parts) - 1
            node = node.child(part, at_the_end)
            if node is None:
                return None
            if node.verbs is not None:
                if not at_the_end and node.part == "*":
                    continue
                return node.verbs
            if at_the_end:
                last = node.child("*", at_the_end)
                return last.verbs if last is not None else None
        return None


def allowed(caller: str, callee: str, method: str, path: str) -> bool:
    spec: dict[str, Any] = access.access_control(callee)
    policy = next((p for p in spec["policies"] if p["appId"] == caller), None)
    if policy is None:
        return spec["defaultAction"] == "allow"
    root = Node("")
    for operation in policy["operations"]:
        root.put(operation["name"].lower().split("/")[1:], operation["httpVerb"])
    verbs = root.search(path.lower().split("/")[1:])
    return bool(verbs) and (method in verbs or "*" in verbs)


def call_of(edge: Edge) -> tuple[str, str]:
    path = re.sub(r"\{purpose\}|\{tap\}", "confirm", edge.route)
    return ("GET" if edge.method == "*" else edge.method), re.sub(r"\{\w+\}", PERSON, path).replace("*", "tasks")


@pytest.mark.parametrize("edge", EDGES, ids=lambda edge: f"{edge.caller} {edge.method} {edge.route}")
def test_every_edge_is_let_through(edge: Edge) -> None:
    assert allowed(edge.caller, edge.callee, *call_of(edge))


@pytest.mark.parametrize(
    ("caller", "callee", "method", "path"),
    [
        ("todo-frontend", "todo-backend", "POST", f"/internal/users/{PERSON}/series/{PERSON}/advance"),
        ("todo-frontend", "audit-service", "GET", f"/internal/users/{PERSON}/history"),
        ("todo-relay", "todo-backend", "GET", f"/api/{PERSON}/tasks"),
        ("recurring-task-service", "todo-backend", "GET", f"/api/{PERSON}/tasks"),
        ("recurring-task-service", "todo-backend", "DELETE", f"/internal/users/{PERSON}/series/{PERSON}/advance"),
        ("notification-service", "audit-service", "GET", f"/internal/users/{PERSON}/history"),
        ("todo-backend", "audit-service", "POST", f"/internal/users/{PERSON}/history"),
        ("todo-backend", "audit-service", "POST", "/events/bulk"),
        ("todo-backend", "notification-service", "POST", "/reminder-check"),
        ("audit-service", "todo-backend", "POST", "/internal/reminders/confirm"),
    ],
)
def test_what_no_edge_says_is_refused(caller: str, callee: str, method: str, path: str) -> None:
    assert not allowed(caller, callee, method, path)


def test_an_edge_that_goes_takes_its_right_along(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = next(edge for edge in EDGES if edge.route.endswith("/resume"))
    assert allowed(gone.caller, gone.callee, *call_of(gone))
    monkeypatch.setattr(access, "EDGES", tuple(edge for edge in EDGES if edge != gone))
    assert not allowed(gone.caller, gone.callee, *call_of(gone))
