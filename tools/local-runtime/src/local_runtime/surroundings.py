"""What a machine must offer before anything is fetched or started: each check says what is wrong and what to do."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from local_runtime.errors import LocalRuntimeError, in_words

MEGABYTE: Final = 1024 * 1024
LEAST_FREE: Final = 300 * MEGABYTE
"""What the database, the broker and the logs need to start and to work for a while."""
FIRST_START: Final = 5000 * MEGABYTE
"""What fetching and building everything takes, most of it Go's own cache."""
CLOCK_MAY_GO_BACK: Final = timedelta(minutes=2)
NEVER_BEFORE: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""This code is younger, so that no right clock shows less."""


class SurroundingsError(LocalRuntimeError):
    """Something about this machine stands in the way."""


def require_room(folder: Path, least: int = LEAST_FREE) -> None:
    """Raise SurroundingsError, in words, unless `folder` (or where it is to be made) may be written and has room."""
    refused = too_full(folder, least) or unwritable(folder)
    if refused:
        raise SurroundingsError(refused)


def unwritable(folder: Path) -> str | None:
    """Try to write where `folder` is or will be; say what refuses it."""
    there = nearest(folder)
    try:
        with tempfile.TemporaryFile(dir=there) as file:
            file.write(b"1")
    except OSError as refused:
        return in_words(OSError(refused.errno, refused.strerror, str(there)))
    return None


def too_full(folder: Path, least: int = LEAST_FREE) -> str | None:
    """Say so when the disk of `folder` has less than `least` bytes left for this user."""
    free = shutil.disk_usage(nearest(folder)).free
    if free >= least:
        return None
    return (
        f"The disk of {folder} has {free // MEGABYTE} MB free and {least // MEGABYTE} MB are needed: "
        "delete something, or put the clone (or TODO_PLATFORM_CACHE) on a larger disk."
    )


def wrong_clock(now: datetime, written: Iterable[Path]) -> str | None:
    """Say so when the clock shows less than the time at which one of these files was written, or this code."""
    times = [NEVER_BEFORE, *(datetime.fromtimestamp(file.lstat().st_mtime, UTC) for file in written if file.exists())]
    newest = max(times)
    if newest <= now + CLOCK_MAY_GO_BACK:
        return None
    return (
        f"The clock of this machine shows {now:%Y-%m-%d %H:%M} UTC, but what is here was written at "
        f"{newest:%Y-%m-%d %H:%M} UTC: set the clock (with systemd: timedatectl set-ntp true), then start again. "
        "Until then certificates may be refused, and reminders and dates come at wrong times."
    )


def lost_passwords(folder: Path) -> str | None:
    """Say so when the database of the platform in `folder` has data, whose passwords are gone."""
    if not (folder / "postgres" / "data").exists() or (folder / "keys" / "passwords.json").exists():
        return None
    return (
        f"{folder}/postgres has data, but its passwords ({folder}/keys/passwords.json) are gone: "
        f"put them back, or begin with empty data: rm -r '{folder}/postgres' '{folder}/kafka'"
    )


def nearest(folder: Path) -> Path:
    """The folder itself, or the nearest one above it that exists."""
    return next(one for one in (folder, *folder.parents) if one.exists())


def memory_available() -> int | None:
    """Bytes that programs can still get, where the kernel says so."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return None
    found = [line.split()[1] for line in lines if line.startswith("MemAvailable:")]
    return int(found[0]) * 1024 if found else None


def kind_of_machine() -> tuple[str, str]:
    """System and processor, as `uname` says them."""
    return os.uname().sysname, os.uname().machine
