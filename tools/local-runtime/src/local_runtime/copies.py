"""Whether a copy of PostgreSQL's data is whole, by its manifest: what pg_verifybackup says, whose build here crashes.

Needs a copy made with `pg_basebackup --manifest-checksums=SHA256`.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, Final

from local_runtime import terminal
from local_runtime.errors import LocalRuntimeError

_SHOWN: Final = 5


def verify_copy(folder: Path) -> int:
    """Compare every file of the manifest with what lies in `folder`: 0 when all are there and equal.

    Raises LocalRuntimeError that names what is missing or differs.
    """
    manifest = folder / "backup_manifest"
    try:
        files: list[dict[str, Any]] = json.loads(manifest.read_bytes())["Files"]
    except (OSError, ValueError, KeyError) as unreadable:
        raise LocalRuntimeError(f"{manifest} cannot be read, so this is no whole copy: {unreadable}") from unreadable
    wrong = [f"{one['Path']} {why}" for one in files if (why := _wrong(folder, one))]
    if wrong:
        more = f" and {len(wrong) - _SHOWN} more" if len(wrong) > _SHOWN else ""
        raise LocalRuntimeError(f"The copy {folder} is not whole: {'; '.join(wrong[:_SHOWN])}{more}.")
    terminal.say(f"The copy is whole: {len(files)} files.")
    return 0


def _wrong(folder: Path, said: dict[str, Any]) -> str | None:
    file = folder / said["Path"]
    if not file.is_file():
        return "is missing"
    if file.stat().st_size != said["Size"]:
        return f"has {file.stat().st_size} bytes instead of {said['Size']}"
    if said.get("Checksum-Algorithm") != "SHA256":
        return "has no SHA-256 in the manifest"
    with file.open("rb") as content:
        return None if hashlib.file_digest(content, "sha256").hexdigest() == said["Checksum"] else "differs"
