"""A demo account with living tasks, made once through the REST API like anybody's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from local_runtime.errors import PartFailedError
from local_runtime.platform import Platform

ZONE = "Europe/Berlin"
_TAKEN = 409


def seed(platform: Platform) -> None:
    """Make the demo account and its tasks unless this was done before."""
    done = platform.place.folder / "postgres" / "demo-seeded"
    if done.exists() or "todo-backend" not in platform.apps:
        return
    account = platform.keys.demo
    with httpx.Client(base_url=platform.url("todo-backend"), timeout=10.0, trust_env=False) as client:
        sign_up = {**account, "name": "Demo", "time_zone": ZONE}
        answer = client.post("/api/auth/sign-up", json=sign_up)
        if answer.status_code != _TAKEN:  # else a start before this one was ended in between
            session = _expect(answer, 201)
            headers = {"authorization": f"Bearer {session['access_token']}"}
            for task in demo_tasks(datetime.now(UTC)):
                _expect(client.post(f"/api/{session['user']['id']}/tasks", json=task, headers=headers), 201)
    done.touch()


def demo_tasks(now: datetime) -> list[dict[str, Any]]:
    """Chores, bills and habits around `now` (aware)."""

    def due(days: int, time: str | None = None) -> dict[str, Any]:
        return {"date": (now + timedelta(days=days)).date().isoformat(), "time": time, "time_zone": ZONE}

    return [
        {"title": "Water the plants", "due": due(0, "08:00"), "recurrence": {"rrule": "FREQ=DAILY;INTERVAL=2"}},
        {"title": "Take out the recycling", "due": due(1), "recurrence": {"rrule": "FREQ=WEEKLY"}},
        {"title": "Pay the rent", "priority": "high", "due": due(3), "recurrence": {"rrule": "FREQ=MONTHLY"}},
        {"title": "Book a dentist's appointment", "due": due(5, "10:30")},
        {"title": "Read one chapter", "tags": ["habit"]},
    ]


def _expect(answer: httpx.Response, status: int) -> dict[str, Any]:
    if answer.status_code != status:
        raise PartFailedError(f"The demo data was refused with {answer.status_code}: {answer.text[:500]}")
    body: dict[str, Any] = answer.json()
    return body
