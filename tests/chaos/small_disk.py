"""A small disk: a tmpfs in a namespace of its own, reached from outside while its keeper runs."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.people import eventually

NAMESPACE = ("unshare", "--user", "--map-root-user", "--mount")


def is_refused() -> bool:
    """Say whether this machine allows no user namespaces."""
    asked = [*NAMESPACE, "mount", "-t", "tmpfs", "none", "/mnt"]
    return not shutil.which("unshare") or subprocess.run(asked, capture_output=True, check=False).returncode != 0


@contextmanager
def small_disk(size: str) -> Iterator[Path]:
    """Give an empty disk of this size (as `mount -o size=` takes it) for as long as the block runs."""
    keep = f"mount -t tmpfs -o size={size} none /mnt && touch /mnt/.mounted && exec sleep infinity"
    keeper = subprocess.Popen([*NAMESPACE, "sh", "-c", keep], start_new_session=True)
    disk = Path(f"/proc/{keeper.pid}/root/mnt")
    try:
        eventually((disk / ".mounted").exists, 15, "the disk is there")
        yield disk
    finally:
        keeper.kill()
        keeper.wait(10)
