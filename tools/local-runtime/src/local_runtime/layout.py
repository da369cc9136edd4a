"""Where things are: the clone, its private .run folder, and the cache that outlives clones."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

CLONE: Final = Path(__file__).resolve().parents[4]
"""The root of the repository (the package is always installed from it in place)."""
CHART: Final = CLONE / "helm" / "todo-app"
TOOL: Final = CLONE / "tools" / "local-runtime"
RUN: Final = CLONE / ".run"
"""Data, logs, keys and renders of the platform at offset 0; git-ignored."""


def cache_folder() -> Path:
    """The folder of fetched and built parts: TODO_PLATFORM_CACHE, else todo-platform in the user's cache folder."""
    chosen = os.environ.get("TODO_PLATFORM_CACHE")
    if chosen:
        return Path(chosen).expanduser().resolve()
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "todo-platform"
