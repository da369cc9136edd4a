"""Three of an app at once, each a process with a sidecar of its own, and what each of them says of itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import httpx
from local_runtime.platform import Platform

REPLICAS = range(3)


@contextmanager
def three_of(platform: Platform, app_id: str) -> Iterator[None]:
    """Two more of an app, with sidecars, beside the one that runs."""
    with ExitStack() as stack:
        for replica in REPLICAS[1:]:
            platform.start_replica(app_id, replica)
            stack.callback(platform.stop_replica, app_id, replica)
        sidecars = [name for name in platform.states() if re.fullmatch(rf"{app_id}(-\d)?-daprd", name)]
        assert len(sidecars) == len(REPLICAS)
        yield


def loop_runs(platform: Platform, app_id: str, loop: str) -> list[int]:
    """How often the loop of each replica has run."""
    return [_runs(platform.url(app_id, replica), loop) for replica in REPLICAS]


def _runs(url: str, loop: str) -> int:
    text = httpx.get(f"{url}/metrics", timeout=5).text
    found = re.search(rf'^event_loop_runs_total{{.*loop="{loop}",outcome="done".*}} (\S+)$', text, re.MULTILINE)
    return int(float(found[1])) if found else 0
