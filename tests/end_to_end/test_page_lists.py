"""The page on real Chromium: lists, and what is paused, as a person meets them."""

from __future__ import annotations

from local_runtime.platform import Platform

from tests.browser import journey
from tests.people import PASSWORD, Person


def test_a_person_keeps_lists(platform: Platform, person: Person) -> None:
    result = journey("journey-lists", platform, person.email, PASSWORD)

    [flat] = person.ask("GET", "lists", 200).json()["items"]
    assert flat["version"] == 3, "made, deleted, restored"
    inside = person.tasks(list_id=flat["id"])
    assert sorted(task["status"] for task in inside) == ["done", "open", "open"]
    assert result["successor"] in {task["id"] for task in inside}
