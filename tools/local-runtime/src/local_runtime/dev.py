"""`make dev`: the whole platform, whose processes start anew when their sources change.

A Python file restarts the apps that import it, each after what is in flight has been finished; sidecars, database and
broker stay. The page is served by Next's dev server, which reloads by itself.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from event_contracts.apps import APPS

from local_runtime import layout, terminal
from local_runtime.errors import LocalRuntimeError
from local_runtime.platform import Platform
from local_runtime.platform.specs import FRONTEND
from local_runtime.provision import frontend
from local_runtime.provision.cache import Cache
from local_runtime.provision.everything import Parts, provide
from local_runtime.render.place import Place
from local_runtime.sources import Watch, broken, sources_of_apps

LOOK_EVERY: Final = 0.25
_HEALTHY_WITHIN: Final = 20.0


def parts_for_dev(place: Place, apps: Sequence[str]) -> tuple[Parts, list[str] | None]:
    """What the launcher starts processes from, and the program that serves the page from its sources."""
    parts = provide(terminal.report, with_frontend=False)
    if FRONTEND not in apps or not (frontend.SOURCES / "package.json").exists():
        return parts, None
    modules = frontend.packages(Cache(layout.cache_folder()), parts.node)
    return replace(parts, frontend=frontend.SOURCES), [
        str(parts.node.binary),
        str(modules / "next" / "dist" / "bin" / "next"),
        "dev",
        "--hostname",
        "127.0.0.1",
        "--port",
        str(place.app(FRONTEND).open_port),
    ]


def reload_until(asked_to_end: threading.Event, platform: Platform) -> None:
    """Restart what imports a changed file, until the event is set; says what it does."""
    watch = Watch(sources_of_apps(app for app in platform.apps if APPS[app].module))
    while not asked_to_end.wait(LOOK_EVERY):
        files, apps = watch.changed()
        if not files:
            continue
        while more := watch.changed():  # an editor writes several files, a branch many
            if not more[0]:
                break
            files, apps = files | more[0], apps | more[1]
            if asked_to_end.wait(LOOK_EVERY):
                return
        reload(platform, files, sorted(apps))


def reload(platform: Platform, files: set[Path], apps: list[str]) -> None:
    """Restart these apps, unless one of the changed files is no Python: then all goes on as it was."""
    wrong = broken(files)
    if wrong:
        terminal.complain("\n".join(["Not reloaded:", *(f"  {one}" for one in wrong)]))
        return
    began = time.monotonic()
    shown = ", ".join(sorted(str(file.relative_to(layout.CLONE)) for file in files)[:3])
    terminal.say(f"{shown}{' …' if len(files) > 3 else ''} changed")
    try:
        platform.migrate()
        platform.restart(apps)
        platform.wait_healthy(apps, _HEALTHY_WITHIN)
    except LocalRuntimeError as failed:
        terminal.complain(f"{failed}\nMend it and save: it is started again.")
        return
    terminal.report(f"started anew: {', '.join(apps)}", time.monotonic() - began)
