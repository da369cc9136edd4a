"""A folder of finished parts: each is made once, beside its place, and moved there when it is whole.

A part that is found damaged later (a truncated file, one that is missing) is said so, and made anew.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from local_runtime import terminal
from local_runtime.provision import whole


@dataclass(frozen=True)
class Cache:
    """The cache under `root`. A part's folder is named after what it was made from, so that a change makes another."""

    root: Path

    def part(self, name: str, key: str, make: Callable[[Path], None]) -> Path:
        """Return the folder of the part; when it is absent or damaged, call `make` with an empty folder to fill.

        Two provisionings at once make it once: the second waits and finds it. A killed one leaves no half-made part.
        """
        place = self.root / f"{name}-{key}"
        if place.is_dir() and self.damage(name, key) is None:
            return place
        with exclusive(self.root / "locks" / f"{name}-{key}"):
            if place.is_dir():
                damaged = self.damage(name, key)
                if damaged is None:
                    return place
                terminal.say(f"{place.name} in the cache is damaged ({damaged}): it is made anew.")
                self.set_aside(name, key)
            unfinished = self._unfinished(name, key)
            shutil.rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir(parents=True)
            make(unfinished)
            whole.keep(whole.listing(unfinished), self._list(name, key))
            unfinished.rename(place)
        return place

    def damage(self, name: str, key: str, *, contents: bool = False) -> str | None:
        """Say what is wrong with a part that is there, by its files' sizes or also by their contents; None: nothing.

        One that was made before there were lists gets its list now.
        """
        place, file = self.root / f"{name}-{key}", self._list(name, key)
        listed = whole.kept(file)
        if listed is None:
            with contextlib.suppress(OSError):  # a cache that may only be read serves as it is
                whole.keep(whole.listing(place), file)
            return None
        return whole.damage(place, listed, contents=contents)

    def set_aside(self, name: str, key: str) -> None:
        """Remove a part, so that it is made anew; what runs from it goes on with the files that it has open."""
        unfinished = self._unfinished(name, key)
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.parent.mkdir(parents=True, exist_ok=True)
        (self.root / f"{name}-{key}").rename(unfinished)
        shutil.rmtree(unfinished, ignore_errors=True)

    def has(self, name: str, key: str) -> bool:
        """Whether the part is there."""
        return (self.root / f"{name}-{key}").is_dir()

    def log(self, name: str) -> Path:
        """The file that the making of the part `name` writes what its tools say into."""
        folder = self.root / "logs"
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{name}.log"

    def _list(self, name: str, key: str) -> Path:
        return self.root / "whole" / f"{name}-{key}.json"

    def _unfinished(self, name: str, key: str) -> Path:
        return self.root / "unfinished" / f"{name}-{key}"


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
