"""Journeys of the page on real Chromium: scripts of the frontend, run against the platform."""

from __future__ import annotations

import json
import subprocess
from typing import Any

from local_runtime.layout import CLONE, RUN, cache_folder
from local_runtime.platform import Platform
from local_runtime.provision import frontend
from local_runtime.provision.cache import Cache
from local_runtime.provision.frontend import Node


def journey(name: str, platform: Platform, email: str, password: str) -> dict[str, Any]:
    """Run `frontend/e2e/NAME.mjs` as this person and return its result; fail on anything that it found wrong.

    Screenshots are left in `.run/test/screenshots/NAME`.
    """
    return journey_at(platform.url("todo-frontend"), name, platform.specs.parts.node, email, password)


def journey_at(url: str, name: str, node: Node, email: str, password: str) -> dict[str, Any]:
    """The same against a page that anybody serves at `url`."""
    frontend.packages(Cache(cache_folder()), node)  # Playwright and its Chromium; the built page needs neither
    script = CLONE / "frontend" / "e2e" / f"{name}.mjs"
    pictures = RUN / "test" / "screenshots" / name
    done = subprocess.run(
        [node.binary, script, url, email, password, pictures],
        env=node.environment(),
        cwd=CLONE / "frontend",
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.stdout, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    assert result["wrongs"] == [], json.dumps(result, indent=1)
    assert done.returncode == 0
    return result
