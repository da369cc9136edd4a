"""A newcomer's hour: every tutorial, followed word by word in a fresh clone with a cache that is there.

Only addresses differ: OFFSET moves the clone's ports away from those of this machine's other platforms.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from local_runtime import layout
from local_runtime.render.place import Place

from tests.conftest import OFFSET
from tests.tutorials.page import blocks, script, unsaid

pytestmark = [pytest.mark.long, pytest.mark.timeout(1500)]
PLACE = Place(OFFSET + 60)
"""No port of the session, of its replicas or of the other platforms of the tests."""
LIMIT_SECONDS = 1200
MOVED = {"http://localhost:8080": f"http://localhost:{PLACE.app('todo-backend').open_port}"}


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """What `git clone` gives, and over it what is not committed yet; the first page makes its environment."""
    folder = tmp_path_factory.mktemp("newcomer") / "todo"
    subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", layout.CLONE, folder], check=True)
    listed = ["git", "ls-files", "--modified", "--others", "--exclude-standard", "-z"]
    changed = subprocess.run(listed, cwd=layout.CLONE, capture_output=True, text=True, check=True).stdout.split("\0")
    for name in filter(None, changed):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(layout.CLONE / name, folder / name)
    keep = [
        "-c",
        "user.name=n",
        "-c",
        "user.email=n@example.com",
        "commit",
        "--quiet",
        "--allow-empty",
        "-m",
        "as it is",
    ]
    subprocess.run(["git", "add", "."], cwd=folder, check=True)
    subprocess.run(["git", *keep], cwd=folder, check=True)
    yield folder
    subprocess.run(["make", "down"], cwd=folder, env=_surroundings(), capture_output=True, check=False)


@pytest.mark.parametrize("name", ["first-hour-as-user", "first-hour-as-developer", "first-hour-as-operator"])
def test_the_page_is_followed_word_by_word(clone: Path, name: str) -> None:
    found = blocks(clone / "docs" / "tutorials" / f"{name}.md")
    log = clone.parent / f"{name}.txt"
    with log.open("wb") as sink:
        ended = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script(found, MOVED)],
            cwd=clone,
            env=_surroundings(),
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            timeout=LIMIT_SECONDS,
            check=False,
        )
    said = log.read_text()
    print(said)
    assert ended.returncode == 0, said[-3000:]
    assert unsaid(found, said) == []


def _surroundings() -> dict[str, str]:
    """A newcomer's terminal: nothing of this test's own environment is in the way."""
    hidden = ("VIRTUAL_ENV", "PYTHONPATH", "MAKEFLAGS", "MAKELEVEL", "MFLAGS")
    path = os.pathsep.join(p for p in os.environ["PATH"].split(os.pathsep) if ".venv" not in p)
    kept = {name: value for name, value in os.environ.items() if name not in hidden}
    return {**kept, "PATH": path, "OFFSET": str(PLACE.offset)}
