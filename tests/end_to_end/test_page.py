"""The page on real Chromium: two windows, a repeating task added and finished in one, its next one seen in both."""

from __future__ import annotations

from local_runtime.platform import Platform

from tests.browser import journey
from tests.people import PASSWORD, Person


def test_the_next_occurrence_appears_in_both_windows(platform: Platform, person: Person) -> None:
    result = journey("journey", platform, person.email, PASSWORD)
    created = person.history(result["successor"])[0]
    assert (created["event_type"], created["actor"]["id"]) == ("recurring_task_created", "recurring-task-service")
