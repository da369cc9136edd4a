"""A part of the platform: PostgreSQL and some apps. Neither broker nor sidecars are there, and apps wait for them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from local_runtime.layout import RUN
from local_runtime.platform import Place, Platform
from local_runtime.provision.everything import provide

from tests.conftest import OFFSET

BESIDE_THE_SESSIONS = 80
"""Added to the session's offset: no port of it, of its replicas or of the other platforms of the tests."""


class WithoutBroker(Platform):
    """What `start` leaves out costs most of a platform's start and memory."""

    def start(self) -> None:
        """Start database and apps, and wait until they answer."""
        self.start_infrastructure()
        self._supervise().start(*(self.specs.app(app) for app in self.apps))
        self.wait_healthy(self.apps)

    def _start_broker(self) -> None:
        """Start none."""


@contextmanager
def without_broker(*apps: str) -> Iterator[Platform]:
    """Start these apps, fresh, with their database; end them."""
    place = Place(OFFSET + BESIDE_THE_SESSIONS, RUN / "test-parts")
    shutil.rmtree(place.folder, ignore_errors=True)
    running = WithoutBroker(place, provide(lambda _what, _seconds: None), apps=apps)
    try:
        running.start()
        yield running
    finally:
        running.stop()
