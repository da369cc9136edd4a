"""Web push in the page, on real Chromium: switched on, told, acted on from the notification, and switched off."""

from __future__ import annotations

from local_runtime.platform import Platform

from tests.browser import journey
from tests.people import PASSWORD, Person, eventually


def test_a_browser_is_told_while_nobody_looks(platform: Platform, person: Person) -> None:
    result = journey("journey-push", platform, person.email, PASSWORD)
    acts = [entry["event_type"] for entry in eventually(lambda: person.history(result["task"]))]
    assert acts.count("task_completed") == 1
