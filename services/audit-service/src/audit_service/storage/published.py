"""The file in which seals are published, outside of the database: appended to and brought to the disk, never rewritten.

The lock on it makes sure that of all replicas one at a time seals. A last line without its end is the rest of a write
that a crash cut off; it was told to nobody and is taken away by the next writer.
"""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

from audit_service.domain.seals import Signed, read_line

_TAIL = 65_536
"""More than one line can be long."""


class PublishedSeals:
    """The file of one platform."""

    def __init__(self, file: Path) -> None:
        self._file = file

    @contextmanager
    def writing(self) -> Generator[Writing | None]:
        """Lock the file for as long as this lasts; None when somebody else has it."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        existed = self._file.exists()
        handle = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            if not existed:
                _sync_folder(self._file.parent)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield None
            else:
                yield Writing(handle)
        finally:
            os.close(handle)

    def read(self) -> Iterator[Signed]:
        """Return every seal in the file, oldest first. Raises UnreadableSeal."""
        if not self._file.exists():
            return
        with self._file.open("rb") as source:
            for line in source:
                if line.endswith(b"\n"):
                    yield read_line(line)


class Writing:
    """The locked file."""

    def __init__(self, handle: int) -> None:
        self._handle = handle

    def last(self) -> Signed | None:
        """Return the newest seal. Raises UnreadableSeal."""
        size = os.fstat(self._handle).st_size
        tail = os.pread(self._handle, _TAIL, max(0, size - _TAIL))
        whole = tail[: tail.rfind(b"\n") + 1]
        if len(whole) < len(tail):
            os.ftruncate(self._handle, size - len(tail) + len(whole))
        return read_line(whole.splitlines()[-1]) if whole else None

    def append(self, signed: Signed) -> None:
        """Add a seal; it is on the disk when this returns. Raises OSError without room for it, and leaves nothing."""
        line, size = signed.line(), os.fstat(self._handle).st_size
        if os.write(self._handle, line) < len(line):  # the last room of a disk takes a part of it and no error is told
            os.ftruncate(self._handle, size)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.fsync(self._handle)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
