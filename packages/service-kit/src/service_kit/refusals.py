"""Counting what was not let in: at which door and for which reason. Both labels have few values, whatever is sent."""

from __future__ import annotations

from typing import Final

from prometheus_client import Counter

REFUSED = Counter(
    "http_server_refused_requests",
    "Requests that were not let in, by door and reason (a problem's code)",
    ["door", "reason"],
)
COUNTED: Final = frozenset({400, 401, 403, 405, 413, 415, 422, 429})
"""Answers that say: not like this, or not you. 404, 409 and 412 answer a question that was let in."""
_DOORS: Final = {
    "api": "rest",
    "broadcast": "events",
    "dapr": "events",
    "events": "events",
    "internal": "internal",
    "mcp": "mcp",
    "operations": "operations",
    "recurrence-check": "cron",
    "reminder-check": "cron",
}
OTHER: Final = "other"


def count_refusal(path: str, status: int, reason: str) -> None:
    """Count an answer, if it is a refusal. `reason` is a problem's code, of which there are as many as we wrote."""
    if status in COUNTED:
        REFUSED.labels(door_of(path), reason).inc()


def door_of(path: str) -> str:
    """Return the door that a path belongs to."""
    return _DOORS.get(path.lstrip("/").partition("/")[0], OTHER)
