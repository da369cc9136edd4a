"""A platform of its own for one measurement: fresh data, everything running, gone afterwards."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from event_contracts.apps import APPS
from local_runtime.layout import RUN
from local_runtime.platform import Place, Platform
from local_runtime.provision.everything import provide

OFFSET = int(os.environ.get("TODO_TEST_OFFSET", "10000"))


@contextmanager
def stage(name: str, apps: Sequence[str] = tuple(APPS)) -> Iterator[Platform]:
    """Start all apps or only `apps`, with fresh stores, in `.run/bench-NAME`; stop and remove it all afterwards."""
    folder = RUN / f"bench-{name}"
    shutil.rmtree(folder, ignore_errors=True)
    platform = Platform(Place(OFFSET, folder), provide(_say), apps=apps, report=_say)
    try:
        platform.start()
        yield platform
    finally:
        platform.stop()
    shutil.rmtree(folder, ignore_errors=True)


def _say(what: str, seconds: float) -> None:
    print(f"{seconds:6.1f} s  {what}", flush=True)
