"""Brings the schema of every deployable up to date, all at once, as its owner."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final

from local_runtime import guard
from local_runtime.errors import PartFailedError
from local_runtime.layout import CLONE
from local_runtime.provision.cache import fingerprint

PACKAGES: Final[Mapping[str, Path]] = {
    "tasks": CLONE / "backend/src/todo_backend",
    "recurring": CLONE / "services/recurring-task-service/src/recurring_task_service",
    "notifications": CLONE / "services/notification-service/src/notification_service",
    "audit": CLONE / "services/audit-service/src/audit_service",
}
"""Schema → the package whose `migrate` module owns it."""
_SHARED: Final = CLONE / "packages/event-spine/src/event_spine"


def migrate_all(owner_url: Callable[[str], str], stamps: Path, schemas: Iterable[str] = tuple(PACKAGES)) -> list[str]:
    """Migrate these schemas in parallel; return those that were. Unchanged migrations are skipped by a stamp.

    `stamps` is a file beside the database's data, so that a new database has none.
    """
    known: dict[str, str] = json.loads(stamps.read_text()) if stamps.exists() else {}
    wanted = {schema: _stamp(PACKAGES[schema]) for schema in schemas}
    outdated = [schema for schema, stamp in wanted.items() if known.get(schema) != stamp]
    running = {schema: _start(PACKAGES[schema].name, owner_url(schema)) for schema in outdated}
    failed: list[str] = []
    for schema, process in running.items():
        said, _ = process.communicate(timeout=120)
        if process.returncode != 0:
            failed.append(f"{schema}: {said.strip()[-1200:]}")
        else:
            known[schema] = wanted[schema]
    stamps.write_text(json.dumps(known, indent=1))
    if failed:
        raise PartFailedError("Migrations failed. " + "\n".join(failed))
    return outdated


def _start(package: str, owner_url: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*guard.guarding(signal.SIGKILL), sys.executable, "-m", f"{package}.migrate"],
        cwd=CLONE,
        env={**os.environ, "DATABASE_OWNER_URL": owner_url},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _stamp(package: Path) -> str:
    files = [*(package / "migrations").rglob("*.py"), *_SHARED.glob("*.py")]
    return fingerprint(files)
