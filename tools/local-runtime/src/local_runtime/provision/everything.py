"""All parts at once: independent ones side by side, each reported with its time as soon as it is there."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from local_runtime import layout, postgres, terminal
from local_runtime.provision import broker, daprd, frontend, tools
from local_runtime.provision.cache import Cache

Report = Callable[[str, float], None]
"""Told what is there and how many seconds that took."""
T = TypeVar("T")


@dataclass(frozen=True)
class Parts:
    """What the launcher starts processes from."""

    daprd: Path
    java: Path
    kafka_jars: Path
    node: frontend.Node
    frontend: Path | None


def needed() -> dict[str, tuple[str, str]]:
    """What a start takes from the cache: the part in words → its name and key there. What is installed is not."""
    wanted = {f"daprd {daprd.DAPR_VERSION}": daprd.part(), "Kafka": broker.part()}
    if broker.installed_java() is None:
        wanted["Java"] = tools.wheel_part("java")
    if frontend.installed_node() is None:
        wanted["Node"] = tools.wheel_part("node")
    if (frontend.SOURCES / "package.json").exists():
        wanted["the page"] = frontend.part()
    return wanted


def provide(report: Report, *, with_frontend: bool = True) -> Parts:
    """Fetch and build whatever is absent. With everything there it takes about a tenth of a second, and no network."""
    cache = Cache(layout.cache_folder())
    cache.root.mkdir(parents=True, exist_ok=True)
    if not daprd.is_built(cache):
        terminal.say("The first start fetches and builds what is missing: about four minutes, most of them for daprd.")

    def timed(what: str, make: Callable[[], T]) -> Callable[[], T]:
        def timing() -> T:
            began = time.monotonic()
            made = make()
            report(what, time.monotonic() - began)
            return made

        return timing

    def page() -> tuple[frontend.Node, Path | None]:
        node = timed("Node", lambda: frontend.node(cache))()
        if not with_frontend or not (frontend.SOURCES / "package.json").exists():
            return node, None
        return node, timed("frontend", lambda: frontend.server(cache, node))()

    postgres.binaries()
    pool = ThreadPoolExecutor(max_workers=4, thread_name_prefix="provide")
    try:
        sidecar = pool.submit(timed(f"daprd {daprd.DAPR_VERSION}", lambda: daprd.daprd(cache)))
        jars = pool.submit(timed("Kafka 4.3.1", lambda: broker.kafka_jars(cache)))
        java = pool.submit(timed("Java", lambda: broker.java(cache)))
        page_server = pool.submit(page)
        _first_failure(sidecar, jars, java, page_server)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    node, built = page_server.result()
    return Parts(sidecar.result(), java.result(), jars.result(), node, built)


def _first_failure(*futures: Future[Path] | Future[tuple[frontend.Node, Path | None]]) -> None:
    """Wait for all; as soon as one fails, raise what it raised."""
    for done in as_completed(futures):
        done.result()
