"""The file in which sidecars find each other: ready before they open it, and read for who is missing."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

from local_runtime.platform import names


def test_sidecars_that_open_it_at_once_find_the_mode_that_they_set(tmp_path: Path) -> None:
    file = tmp_path / "folder" / "names.db"
    names.prepare(file)
    names.prepare(file)
    refused: list[Exception] = []
    # As sidecars do, each keeps it open: whoever closes it asks for all of it for a moment, and refuses the others.
    opened: list[sqlite3.Connection] = []

    def open_it() -> None:
        try:
            opened.append(connection := sqlite3.connect(file, timeout=0, check_same_thread=False))
            assert connection.execute("PRAGMA journal_mode = WAL").fetchone() == ("wal",)
        except sqlite3.Error as error:
            refused.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(6)]
    with closing(sqlite3.connect(file)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM sqlite_master").fetchone()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    for connection in opened:
        connection.close()
    assert refused == []


def test_who_has_told_nothing_since_is_unknown(tmp_path: Path) -> None:
    file = tmp_path / "names.db"
    assert names.unknown(file, ["here", "gone", "absent"], 1000) == {"here", "gone", "absent"}
    names.prepare(file)
    assert names.unknown(file, ["here"], 1000) == {"here"}
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("CREATE TABLE hosts (app_id TEXT, last_update INTEGER)")
        connection.executemany("INSERT INTO hosts VALUES (?, ?)", [("here", 1000), ("gone", 999)])
    assert names.unknown(file, ["here", "gone", "absent"], 1000.7) == {"gone", "absent"}
