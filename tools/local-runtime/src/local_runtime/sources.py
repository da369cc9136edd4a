"""Which source folders each app runs from, and what has changed in them since it was last asked."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from event_contracts.apps import APPS

from local_runtime.lock import projects

Snapshot = dict[Path, int]
"""File → when it was last written, in nanoseconds."""


def sources_of_apps(apps: Iterable[str] = tuple(APPS)) -> dict[Path, frozenset[str]]:
    """Folder of sources → the Python apps that import something of it: their own package and what it depends on."""
    folders = projects()
    found: dict[Path, set[str]] = {}
    for app_id in apps:
        module = APPS[app_id].module
        if module is None:
            continue
        package = module.partition(".")[0]
        own = next(name for name, folder in folders.items() if (folder / "src" / package).is_dir())
        for name in _with_dependencies(own, folders):
            found.setdefault(folders[name] / "src", set()).add(app_id)
    return {folder: frozenset(names) for folder, names in found.items()}


def broken(files: Iterable[Path]) -> list[str]:
    """Those of the files that are no Python, as `file:line: what is wrong`."""
    found: list[str] = []
    for file in files:
        try:
            compile(file.read_bytes(), str(file), "exec")
        except FileNotFoundError:
            continue
        except (SyntaxError, ValueError) as error:
            found.append(f"{file}:{getattr(error, 'lineno', None) or 1}: {getattr(error, 'msg', error)}")
    return found


@dataclass
class Watch:
    """Remembers the files below `folders`; `changed` compares and remembers anew."""

    folders: Mapping[Path, frozenset[str]]
    _seen: dict[Path, Snapshot] = field(default_factory=dict[Path, Snapshot])

    def __post_init__(self) -> None:
        self._seen = {folder: _snapshot(folder) for folder in self.folders}

    def changed(self) -> tuple[set[Path], set[str]]:
        """Return the files that were written, added or removed since the last call, and the apps that import them."""
        files: set[Path] = set()
        apps: set[str] = set()
        for folder, names in self.folders.items():
            before, now = self._seen[folder], _snapshot(folder)
            differing = {file for file, _ in before.items() ^ now.items()}
            if differing:
                self._seen[folder] = now
                files |= differing
                apps |= names
        return files, apps


def _snapshot(folder: Path) -> Snapshot:
    found: Snapshot = {}
    for file in folder.rglob("*.py"):
        try:
            found[file] = file.stat().st_mtime_ns
        except FileNotFoundError:  # an editor that replaces a file
            continue
    return found


def _with_dependencies(name: str, folders: Mapping[str, Path]) -> set[str]:
    """The package and those of our own that it depends on, however far away."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        one = waiting.pop()
        if one in folders and one not in found:
            found.add(one)
            project = tomllib.loads((folders[one] / "pyproject.toml").read_text())["project"]
            waiting += [re.split(r"[^A-Za-z0-9_-]", wanted, maxsplit=1)[0] for wanted in project["dependencies"]]
    return found
