"""A platform beside the session's, for tests after which ledger, audit and topics contradict each other."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

from local_runtime.layout import RUN
from local_runtime.platform import Place, Platform
from local_runtime.provision.everything import provide

from tests.conftest import OFFSET

BESIDE_THE_SESSIONS = 70
"""Added to the session's offset: no port of it, of its replicas or of the other platforms of the tests."""


def platform_apart() -> Iterator[Platform]:
    """Start one, fresh, and end it: what a module's own `platform` fixture yields from."""
    place = Place(OFFSET + BESIDE_THE_SESSIONS, RUN / "test-apart")
    shutil.rmtree(place.folder, ignore_errors=True)
    running = Platform(place, provide(lambda _what, _seconds: None))
    try:
        running.start()
        yield running
    finally:
        running.stop()
