"""ffmpeg, and the folder in which Playwright looks for it when it records a page."""

from __future__ import annotations

import json
from pathlib import Path

from local_runtime.errors import PartMissingError
from local_runtime.provision import tools
from local_runtime.provision.cache import Cache, fingerprint


def ffmpeg(cache: Cache) -> Path:
    """The program inside a wheel; never an installed one, which may lack the encoder of WebM."""
    found = sorted((tools.wheel(cache, "ffmpeg") / "imageio_ffmpeg" / "binaries").glob("ffmpeg-*"))
    if not found:
        raise PartMissingError("The wheel of ffmpeg has no program for this system.")
    return found[0]


def playwright_browsers(cache: Cache, node_modules: Path) -> Path:
    """What PLAYWRIGHT_BROWSERS_PATH must be for the installed Playwright to record with our ffmpeg.

    Its own is downloaded from a host that is no package registry.
    """
    wanted = json.loads((node_modules / "playwright-core" / "browsers.json").read_text("utf-8"))["browsers"]
    [revision] = [one["revision"] for one in wanted if one["name"] == "ffmpeg"]
    program = ffmpeg(cache)

    def make(folder: Path) -> None:
        inside = folder / f"ffmpeg-{revision}"
        inside.mkdir(parents=True)
        (inside / "ffmpeg-linux").symlink_to(program)

    return cache.part("playwright-ffmpeg", fingerprint([], *tools.wheel_part("ffmpeg"), revision), make)
