"""Which calls a sidecar lets through to its app, from the table of edges: the second lock beside service tokens.

It needs mTLS, by which a sidecar knows who calls, and so only the chart has it.
"""

from __future__ import annotations

from event_contracts.edges import EDGES

from local_runtime.render.components import Document


def access_control(callee: str) -> Document:
    """Deny all but the edges that lead to `callee`; the chart adds trust domain and namespace."""
    callers = dict.fromkeys(edge.caller for edge in EDGES if edge.callee == callee)
    return {
        "defaultAction": "deny",
        "policies": [
            {"appId": caller, "defaultAction": "deny", "operations": _operations(caller, callee)} for caller in callers
        ],
    }


def _operations(caller: str, callee: str) -> list[Document]:
    """One per shortest route, since Dapr takes a route for all that begins with it and asks no further.

    Its verbs are then those of the longer ones, too; the service token tells these apart. Routes with a name come
    before those with a wildcard in its place: Dapr takes the first that fits (pkg/config/acl_trie.go, 1.18).
    """
    verbs: dict[tuple[str, ...], set[str]] = {}
    for edge in EDGES:
        if (edge.caller, edge.callee) == (caller, callee):
            verbs.setdefault(_segments(edge.route), set()).add(edge.method)
    shortest = [route for route in verbs if not any(_begins(route, other) for other in verbs)]
    allowed = {
        route: {verb for other in verbs if other[: len(route)] == route for verb in verbs[other]} for route in shortest
    }
    return [
        {"name": "/" + "/".join(route), "httpVerb": sorted(allowed[route]), "action": "allow"}
        for route in sorted(shortest, key=_names_first)
    ]


def _segments(route: str) -> tuple[str, ...]:
    """Two stars in the place of each parameter: one star would not count in the middle of a route."""
    return tuple("**" if part.startswith("{") or part == "*" else part for part in route.strip("/").split("/"))


def _begins(route: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return len(other) < len(route) and route[: len(other)] == other


def _names_first(route: tuple[str, ...]) -> list[tuple[bool, str]]:
    return [(part == "**", part) for part in route]
