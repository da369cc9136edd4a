"""A demo account with living tasks, made once through the REST API like anybody's."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from local_runtime.errors import PartFailedError
from local_runtime.platform import Platform

ZONE = "Europe/Berlin"
REMIND_IN = timedelta(seconds=100)
"""After the seeding: time enough to sign in and see the first reminder come."""
_TAKEN = 409


def seed(platform: Platform, now: datetime | None = None) -> None:
    """Make the demo account and its tasks around `now` (aware, else the clock's) unless this was done before."""
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
            for task in demo_tasks(now or datetime.now(UTC)):
                _expect(client.post(f"/api/{session['user']['id']}/tasks", json=task, headers=headers), 201)
    done.touch()


def demo_tasks(now: datetime) -> list[dict[str, Any]]:
    """Chores, bills and habits around `now` (aware), on days as they are called in the zone of the demo user."""
    local = now.astimezone(ZoneInfo(ZONE))
    today = local.date()

    def due(days: int, time: str | None = None) -> dict[str, Any]:
        return {"date": (today + timedelta(days=days)).isoformat(), "time": time, "time_zone": ZONE}

    return [
        {"title": "Return the library books", "due": due(-2)},
        {
            "title": "Look out of the window for a minute",
            "due": due(0),
            "reminders": [{"at": _instant(now + REMIND_IN)}],
        },
        {"title": "Call the plumber", "priority": "high", "due": due(0, _later_on(local))},
        {
            "title": "Water the plants",
            "due": due(0),
            "recurrence": {"rrule": "FREQ=DAILY;INTERVAL=3", "anchor": "completion"},
        },
        {
            "title": "Take the vitamins",
            "notes": "A new one opens each day. One that is still open then is marked missed.",
            "due": due(0),
            "recurrence": {"rrule": "FREQ=DAILY", "trigger": "on_schedule"},
            "tags": ["habit"],
        },
        {
            "title": "Go for a run",
            "due": due(_days_until((0, 2, 4), today), "07:00"),
            "recurrence": {"rrule": "FREQ=WEEKLY;BYDAY=MO,WE,FR"},
            "tags": ["habit"],
        },
        {"title": "Take out the recycling", "due": due(1), "recurrence": {"rrule": "FREQ=WEEKLY;INTERVAL=2"}},
        {
            "title": "Pay the rent",
            "priority": "high",
            "due": due(_days_until_end_of_month(today), "17:00"),
            "recurrence": {"rrule": "FREQ=MONTHLY;BYMONTHDAY=-1"},
            "reminders": [{"minutes_before": 30, "relative_to": "due"}],
        },
        {"title": "Book a dentist's appointment", "due": due(5, "10:30")},
        {"title": "Read one chapter", "tags": ["habit"]},
    ]


def _later_on(local: datetime) -> str | None:
    """Return the next full hour but one; a whole day where that is tomorrow."""
    hour = local.hour + 2
    return f"{hour:02}:00" if hour < 24 else None


def _days_until(weekdays: tuple[int, ...], today: date) -> int:
    """Return the days until the next of these weekdays after today; 0 is Monday."""
    return next(days for days in range(1, 8) if (today + timedelta(days=days)).weekday() in weekdays)


def _days_until_end_of_month(today: date) -> int:
    """Return the days until the last of the month that tomorrow is in, so that it lies ahead."""
    tomorrow = today + timedelta(days=1)
    last = tomorrow.replace(day=calendar.monthrange(tomorrow.year, tomorrow.month)[1])
    return (last - today).days


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def _expect(answer: httpx.Response, status: int) -> dict[str, Any]:
    if answer.status_code != status:
        raise PartFailedError(f"The demo data was refused with {answer.status_code}: {answer.text[:500]}")
    body: dict[str, Any] = answer.json()
    return body
