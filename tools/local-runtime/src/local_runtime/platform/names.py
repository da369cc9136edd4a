"""The file in which sidecars find each other: an SQLite database that Dapr's name resolution keeps."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from contextlib import closing
from pathlib import Path


def prepare(file: Path) -> None:
    """Make the file as sidecars want it, before the first of them opens it.

    Each sets the journal mode of a new file, which waits for nobody: of six that do it at once one may be told that the
    database is locked, goes on without a name, and is never found by the others.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")


def unknown(file: Path, app_ids: Collection[str], since: float) -> set[str]:
    """Return the apps that no sidecar has told of since a Unix time."""
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            rows = connection.execute("SELECT app_id FROM hosts WHERE last_update >= ?", (int(since),)).fetchall()
    except sqlite3.OperationalError:  # not yet made, or being written
        return set(app_ids)
    return set(app_ids) - {row[0] for row in rows}
