"""The demo account: what a person finds who starts the platform and signs in."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx
import pytest
from local_runtime import demo
from local_runtime.platform import Platform

from tests.people import Person, eventually

SOON = dt.timedelta(seconds=4)


@pytest.fixture(scope="module")
def guest(platform: Platform) -> Person:
    """The demo user, seeded as if the first start had been a while ago, so that the reminder comes soon."""
    demo.seed(platform, dt.datetime.now(dt.UTC) + SOON - demo.REMIND_IN)
    client = httpx.Client(base_url=platform.url("todo-backend"), timeout=10.0)
    session = client.post("/api/auth/sign-in", json=platform.keys.demo).json()
    user = UUID(session["user"]["id"])
    return Person(
        str(client.base_url), user, session["user"]["email"], session["access_token"], session["refresh_token"], client
    )


def by_kind(tasks: list[dict[str, Any]]) -> set[tuple[str, str, str]]:
    rules = [task["recurrence"] for task in tasks if task["recurrence"]]
    return {(rule["rrule"], rule["anchor"], rule["trigger"]) for rule in rules}


def test_there_is_something_of_everything(guest: Person) -> None:
    tasks = guest.tasks(status="open")
    today = dt.datetime.now(ZoneInfo(demo.ZONE)).date().isoformat()
    dues = [task["due"]["date"] for task in tasks if task["due"]]
    assert dues.count(today) >= 3
    assert any(date < today for date in dues)
    assert any(date > today for date in dues)
    assert any(task["due"] is None for task in tasks)
    assert by_kind(tasks) >= {
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "schedule", "on_completion"),
        ("FREQ=WEEKLY;BYDAY=MO,WE,FR", "schedule", "on_completion"),
        ("FREQ=DAILY;INTERVAL=3", "completion", "on_completion"),
        ("FREQ=DAILY", "schedule", "on_schedule"),
    }
    [rent] = [task for task in tasks if task["title"] == "Pay the rent"]
    assert [reminder["minutes_before"] for reminder in rent["reminders"]] == [30]


def test_its_first_reminder_comes(guest: Person) -> None:
    [told] = eventually(lambda: guest.ask("GET", "notifications", 200).json()["items"], seconds=20)
    assert (told["title"], told["late"], told["confirmed"]) == ("Look out of the window for a minute", False, True)


def test_seeding_again_adds_nothing(guest: Person, platform: Platform) -> None:
    before = guest.tasks()
    demo.seed(platform)
    (platform.place.folder / "postgres" / "demo-seeded").unlink()  # a start that was ended just before it noted this
    demo.seed(platform)
    assert guest.tasks() == before
