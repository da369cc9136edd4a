"""A folder of finished parts: each is made once, beside its place, and moved there when it is whole."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Cache:
    """The cache under `root`. A part's folder is named after what it was made from, so that a change makes another."""

    root: Path

    def part(self, name: str, key: str, make: Callable[[Path], None]) -> Path:
        """Return the folder of the part; when it is absent, call `make` with an empty folder to fill.

        Two provisionings at once make it once: the second waits and finds it. A killed one leaves no half-made part.
        """
        place = self.root / f"{name}-{key}"
        if place.is_dir():
            return place
        with exclusive(self.root / "locks" / f"{name}-{key}"):
            if place.is_dir():
                return place
            unfinished = self.root / "unfinished" / f"{name}-{key}"
            shutil.rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir(parents=True)
            make(unfinished)
            unfinished.rename(place)
        return place

    def has(self, name: str, key: str) -> bool:
        """Whether the part is there."""
        return (self.root / f"{name}-{key}").is_dir()

    def log(self, name: str) -> Path:
        """The file that the making of the part `name` writes what its tools say into."""
        folder = self.root / "logs"
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{name}.log"


@contextmanager
def exclusive(path: Path) -> Generator[None]:
    """Hold a lock between processes, and between threads of this one, for as long as the block runs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def fingerprint(files: Iterable[Path], *also: str) -> str:
    """Sixteen hex digits over the files' names and bytes and over `also`; the order of `files` does not matter."""
    digest = hashlib.sha256("\0".join(also).encode())
    for file in sorted(files):
        digest.update(f"\0{file.name}\0".encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:16]
