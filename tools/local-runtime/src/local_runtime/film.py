"""`make demo`: the platform, driven by a script in the headless browser that records itself, and a look at the film."""

from __future__ import annotations

import json
import re
import secrets
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any, Final

from local_runtime import commands, layout, terminal
from local_runtime.errors import PartFailedError
from local_runtime.platform.ownership import owner, read_state
from local_runtime.platform.specs import FRONTEND
from local_runtime.provision import frontend
from local_runtime.provision.cache import Cache
from local_runtime.provision.film import ffmpeg, playwright_browsers
from local_runtime.render.place import Place

SECONDS: Final = (80.0, 130.0)
"""A film that is shorter has left something out; on a busy machine it may be longer than its minute and a half."""
SMALLEST_BYTES: Final = 200_000
FEWEST_PICTURES: Final = 100
"""Pictures that differ from the one before: a page that nobody moves has a handful."""
_LONGEST_SECONDS: Final = 300.0
_DURATION: Final = re.compile(r"Duration: (\d+):(\d+):([\d.]+)")
_PICTURES: Final = re.compile(r"frame=\s*(\d+)")


def film(place: Place) -> int:
    """Film the demo into `demo/demo.webm` of the place; start the platform there, and stop it again, unless it runs.

    Raises PartFailedError when the journey failed or the film is none.
    """
    if owner(place.folder) is not None:
        if read_state(place.folder).get("phase") != "ready":
            raise PartFailedError("The platform of this clone is starting: say `make demo` again when it is ready.")
        return _filmed(place)
    if commands.up(place) != 0:
        return 1
    try:
        return _filmed(place)
    finally:
        commands.down(place)


def faults(report: str, size: int) -> list[str]:
    """What is wrong with a film, by what ffmpeg says of its pictures that differ and by its size in bytes."""
    duration, counted = _DURATION.search(report), _PICTURES.findall(report)
    if duration is None or not counted:
        return ["no picture could be read from it, or it has no end"]
    lasts = int(duration[1]) * 3600 + int(duration[2]) * 60 + float(duration[3])
    pictures = int(counted[-1])
    wrong: list[str] = []
    if not SECONDS[0] <= lasts <= SECONDS[1]:
        wrong.append(f"it lasts {lasts:.0f} s, not {SECONDS[0]:.0f} to {SECONDS[1]:.0f}")
    if pictures < FEWEST_PICTURES:
        wrong.append(f"only {pictures} of its pictures differ from the one before")
    if size < SMALLEST_BYTES:
        wrong.append(f"it has {size} bytes")
    return wrong


def _filmed(place: Place) -> int:
    began, folder = time.monotonic(), place.folder / "demo"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    cache = Cache(layout.cache_folder())
    node = frontend.node(cache)
    browsers = playwright_browsers(cache, frontend.packages(cache, node))
    terminal.report("browser and ffmpeg", time.monotonic() - began)
    terminal.say("Filming: a minute and a half, and up to one more until the clock suits its reminder.")
    page = f"http://127.0.0.1:{place.app(FRONTEND).open_port}"
    try:
        ended = subprocess.run(
            [node.binary, "e2e/film.mjs", page, _newcomer(), secrets.token_urlsafe(9), folder],
            env=node.environment() | {"PLAYWRIGHT_BROWSERS_PATH": str(browsers)},
            cwd=frontend.SOURCES, capture_output=True, text=True, timeout=_LONGEST_SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as late:
        raise PartFailedError(f"The demo did not end within {_LONGEST_SECONDS:.0f} s.") from late
    (folder / "journey.json").write_text(ended.stdout)
    if ended.returncode != 0:
        raise PartFailedError(f"The demo failed: {_wrongs(ended)} (what was filmed is in {folder})")
    return _looked_at(folder / "demo.webm", ffmpeg(cache))


def _newcomer() -> str:
    return f"mia.{secrets.token_hex(2)}@example.com"


def _wrongs(ended: subprocess.CompletedProcess[str]) -> str:
    try:
        result: dict[str, Any] = json.loads(ended.stdout)
        return "; ".join(result["wrongs"])
    except (ValueError, KeyError):
        return ended.stderr.strip()[-800:] or "it said nothing"


def _looked_at(made: Path, program: Path) -> int:
    if not made.exists():
        raise PartFailedError(f"The journey came to its end, but {made} is not there.")
    # Decodes all of it; what does not differ from the picture before is dropped, and the rest is counted.
    looking = [program, "-hide_banner", "-nostdin", "-i", made, "-vf", "mpdecimate", "-fps_mode", "passthrough"]
    looked = subprocess.run([*looking, "-f", "null", "-"], capture_output=True, text=True, check=False)
    size = made.stat().st_size
    wrong = ["ffmpeg cannot read it"] if looked.returncode else faults(looked.stderr, size)
    if wrong:
        raise PartFailedError(f"{made} is no film of the demo: {'; '.join(wrong)}.")
    terminal.say(f"The film: {made} ({size / 1e6:.1f} MB). What was waited for: {made.with_name('journey.json')}")
    return 0
