"""The page on real Chromium: two windows, a repeating task added and finished in one, its next one seen in both."""

from __future__ import annotations

import json
import subprocess

from local_runtime.layout import CLONE, RUN, cache_folder
from local_runtime.platform import Platform
from local_runtime.provision import frontend
from local_runtime.provision.cache import Cache

from tests.people import PASSWORD, Person

SCREENSHOTS = RUN / "test" / "screenshots"


def test_the_next_occurrence_appears_in_both_windows(platform: Platform, person: Person) -> None:
    url = platform.url("todo-frontend")
    node = platform.specs.parts.node
    frontend.packages(Cache(cache_folder()), node)  # Playwright and its Chromium; the built page needs neither
    done = subprocess.run(
        [node.binary, CLONE / "frontend" / "e2e" / "journey.mjs", url, person.email, PASSWORD, SCREENSHOTS],
        env=node.environment(),
        cwd=CLONE / "frontend",
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.stdout, done.stderr
    result = json.loads(done.stdout)
    assert result["wrongs"] == [], json.dumps(result, indent=1)
    assert done.returncode == 0

    created = person.history(result["successor"])[0]
    assert (created["event_type"], created["actor"]["id"]) == ("recurring_task_created", "recurring-task-service")
