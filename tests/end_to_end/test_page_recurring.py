"""The page on real Chromium: repeating, being reminded and chatting, as a person does it."""

from __future__ import annotations

from local_runtime.platform import Platform

from tests.browser import journey
from tests.people import PASSWORD, Person


def test_a_person_repeats_is_reminded_and_chats(platform: Platform, person: Person) -> None:
    result = journey("journey-recurring", platform, person.email, PASSWORD)

    history = person.history(result["successor"])
    [created] = [entry for entry in history if entry["event_type"] == "recurring_task_created"]
    assert created["actor"]["id"] == "recurring-task-service"
    [finished] = [task for task in person.tasks() if task["id"] == person.task(result["successor"])["predecessor_id"]]
    [completed] = [e for e in person.history(finished["id"]) if e["event_type"] == "task_completed"]
    assert created["causation_id"] == completed["event_id"]
    acts = {entry["event_type"] for entry in history}
    assert acts >= {
        "task_postponed",
        "series_paused",
        "series_resumed",
        "series_created",
        "task_skipped",
        "task_reopened",
    }
    chatted = [task for task in person.tasks() if task["title"].startswith("water the plants")]
    assert sorted(task["status"] for task in chatted) == ["done", "open"]
    assert {person.history(task["id"])[-1]["actor"]["kind"] for task in chatted} == {"agent", "service"}
