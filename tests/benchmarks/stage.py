"""A platform of its own for one measurement: fresh data, everything running, gone afterwards."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from local_runtime.layout import RUN
from local_runtime.platform import Place, Platform
from local_runtime.provision.everything import provide

OFFSET = int(os.environ.get("TODO_TEST_OFFSET", "10000"))


@contextmanager
def stage(name: str) -> Iterator[Platform]:
    """Start everything, fresh, in `.run/bench-NAME`; stop and remove it afterwards."""
    folder = RUN / f"bench-{name}"
    shutil.rmtree(folder, ignore_errors=True)
    platform = Platform(Place(OFFSET, folder), provide(_say), report=_say)
    try:
        platform.start()
        yield platform
    finally:
        platform.stop()
    shutil.rmtree(folder, ignore_errors=True)


def _say(what: str, seconds: float) -> None:
    print(f"{seconds:6.1f} s  {what}", flush=True)
