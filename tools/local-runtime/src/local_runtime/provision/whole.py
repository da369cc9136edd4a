"""Whether a finished part is still what was made: a list beside the parts names every file, its size and its SHA-256.

Sizes are compared at every start (milliseconds), which finds a truncated or missing file; the contents only by
`make doctor`.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path

Listed = Mapping[str, str]
"""Path inside the part → `size sha256`, or `-> target` of a link."""
_NOT_LISTED = "__pycache__"
"""What Python writes beside the modules that it reads."""


def listing(part: Path) -> dict[str, str]:
    """Read every file of a part."""
    return {name: _read(part / name) for name in _names(part)}


def keep(listed: Listed, file: Path) -> None:
    """Write a list, never half."""
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_name(f".{file.name}.{os.getpid()}")
    unfinished.write_text(json.dumps(dict(listed)))
    unfinished.rename(file)


def kept(file: Path) -> Listed | None:
    """Return a list that was kept; None when there is none or it cannot be read."""
    try:
        found: Listed = json.loads(file.read_text())
    except (OSError, ValueError):
        return None
    return found


def damage(part: Path, listed: Listed, *, contents: bool = False) -> str | None:
    """Say what is wrong with the first file that is not as listed; None when the part is whole."""
    for name, said in listed.items():
        wanted = said if contents or said.startswith("-> ") else said.split()[0]
        try:
            found = _read(part / name) if wanted == said else _size(part / name)
        except OSError:
            return f"{name} is missing or cannot be read"
        if found != wanted:
            return f"{name} is not as it was made"
    return None


def _names(part: Path) -> list[str]:
    found: list[str] = []
    for folder, folders, files in os.walk(part):
        folders[:] = [name for name in folders if name != _NOT_LISTED]
        links = [name for name in folders if (Path(folder) / name).is_symlink()]
        found += [str((Path(folder) / name).relative_to(part)) for name in (*files, *links)]
    return sorted(found)


def _read(file: Path) -> str:
    if file.is_symlink():
        return f"-> {os.readlink(file)}"  # noqa: PTH115 - Path.readlink drops a trailing slash
    with file.open("rb") as source:
        return f"{_size(file)} {hashlib.file_digest(source, 'sha256').hexdigest()}"


def _size(file: Path) -> str:
    return str(file.lstat().st_size)
