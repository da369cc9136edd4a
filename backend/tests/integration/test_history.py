"""The door in front of the audit: what it refuses itself, and what it says without audit-service."""

from __future__ import annotations

import pytest
from actors import Person

pytestmark = pytest.mark.integration


async def test_history_is_unavailable_without_its_service(ada: Person):
    task = await ada.create()
    at = "at=2030-01-01T00:00:00Z"
    for path in (
        f"/tasks/{task['id']}/history",
        "/history",
        f"/history/{task['id']}/chain",
        f"/tasks/{task['id']}/history/as-of?{at}",
        f"/history/as-of?{at}",
    ):
        answer = await ada.call("GET", path)
        assert (answer.status_code, answer.json()["code"]) == (503, "history_unavailable"), path


async def test_filters_that_make_no_sense_are_refused_before_anybody_is_asked(ada: Person):
    wrong = {
        "task_id=7": "invalid",
        "event_type=Not%20a%20type": "invalid",
        "&".join(["event_type=x"] * 21): "invalid",
        "actor_kind=ghost": "invalid",
        "actor_id=": "invalid",
        "actor_id=a%00b": "invalid",
        "door=window": "invalid",
        "since=2026-05-01": "invalid",
        "until=2026-05-01T10:00:00": "invalid",
        "since=9999-12-31T23:59:59Z": "invalid",
        "correlation_id=mine": "invalid",
        "limit=201": "invalid",
        "since=2026-05-02T00:00:00Z&until=2026-05-02T00:00:00Z": "time_range_empty",
    }
    for query, code in wrong.items():
        answer = await ada.call("GET", f"/history?{query}")
        assert (answer.status_code, answer.json()["code"]) == (422, code), query
        assert answer.headers["content-type"] == "application/problem+json"


async def test_an_instant_is_needed_to_say_how_things_were(ada: Person):
    task = await ada.create()
    for path in (f"/tasks/{task['id']}/history/as-of", "/history/as-of"):
        for query in ("", "?at=yesterday", "?at=2030-01-01T00:00:00", "?at="):
            answer = await ada.call("GET", path + query)
            assert (answer.status_code, answer.json()["code"]) == (422, "invalid"), path + query
