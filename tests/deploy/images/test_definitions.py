"""What the Dockerfiles promise before anything is built from them."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from local_runtime import image_locks, layout
from local_runtime.containers.images import BASES, IMAGES, UnpinnedError, pinned, read_bases
from local_runtime.errors import PartFailedError
from local_runtime.layout import CLONE
from local_runtime.lock import LOCK
from local_runtime.provision import tools
from local_runtime.provision.cache import Cache

pytestmark = pytest.mark.step1

FILES = {image: (CLONE / file).read_text() for image, file in IMAGES.items()}
PYTHON = [*image_locks.DEPLOYABLES, image_locks.SETUP]


def arguments(text: str) -> dict[str, str]:
    """The first value of every ARG."""
    return {name: value.strip('"') for name, value in re.findall(r"^ARG (\w+)=(.*)$", text, re.MULTILINE)[::-1]}


def body(text: str) -> list[str]:
    """What is the same in every image of Python: all behind the arguments, but what the image itself does."""
    lines = text[text.index("\n# 1.") :].splitlines()
    return [line for line in lines if not line.startswith(("HEALTHCHECK", "CMD"))]


@pytest.mark.parametrize("image", FILES)
def test_what_runs_has_no_shell_and_is_not_root(image: str) -> None:
    last = FILES[image].split("\nFROM ")[-1]
    assert last.startswith("scratch"), "the last stage begins with nothing: no shell, no package manager"
    assert "\nUSER 65532:65532\n" in last, "by number: a cluster cannot tell whether a name is root"
    assert not re.search(r"^(RUN|ADD|COPY (?!--from=|daprd ))", last, re.MULTILINE)
    assert re.search(r'^ENTRYPOINT \["', last, re.MULTILINE), "in the form without a shell, so that it gets the signals"
    for label in ("title", "description", "version", "revision", "source", "licenses"):
        assert f"org.opencontainers.image.{label}=" in last


@pytest.mark.parametrize("image", FILES)
def test_every_base_is_a_build_argument_that_make_images_gives(image: str) -> None:
    for base in re.findall(r"^FROM (\S+)", FILES[image], re.MULTILINE):
        named = re.fullmatch(r"\$\{(\w+)\}", base)
        stages = re.findall(r" AS (\S+)$", FILES[image], re.MULTILINE)
        assert base in {"scratch", *stages} or (named and named.group(1) in read_bases(BASES)), base
    for name, base in read_bases(BASES).items():
        assert arguments(FILES[image]).get(name, base).split("@")[0] == base.split("@")[0]


def test_images_of_python_differ_in_their_arguments_only() -> None:
    assert {tuple(body(FILES[image])) for image in PYTHON} == {tuple(body(FILES[PYTHON[0]]))}


@pytest.mark.parametrize("image", image_locks.DEPLOYABLES)
def test_an_image_has_the_packages_that_its_project_asks_for(image: str) -> None:
    assert arguments(FILES[image])["PACKAGES"].split() == image_locks.workspace_packages(image)[:-1]
    assert arguments(FILES[image])["DEPLOYABLE"] == image


def test_an_image_has_what_is_locked_and_nothing_else(tmp_path: Path) -> None:
    try:
        image_locks.write(folder=tmp_path, offline=True)
    except PartFailedError as error:
        if "offline" in str(error) or "cache" in str(error):
            pytest.skip("this machine's package index has not been asked before; `make lock` asks it")
        raise
    for file in tmp_path.iterdir():
        assert (image_locks.FOLDER / file.name).read_text() == file.read_text(), "run `make lock`"
    whole = image_locks.entries(LOCK)
    for image in PYTHON:
        for name, lines in image_locks.entries(image_locks.FOLDER / f"{image}.txt").items():
            assert whole[name] == lines


def test_a_release_refuses_a_base_that_anybody_may_replace(tmp_path: Path) -> None:
    file = tmp_path / "bases.env"
    file.write_text(f"# two\nA=python:3.13@sha256:{'0' * 64}\nB=node:24\n")
    with pytest.raises(UnpinnedError, match=r"bases\.env does not: B=node:24\."):
        pinned(file)
    file.write_text(f"A=python:3.13@sha256:{'0' * 64}\n")
    assert pinned(file) == {"A": f"python:3.13@sha256:{'0' * 64}"}


def test_hadolint_has_nothing_to_say() -> None:
    hadolint = tools.wheel(Cache(layout.cache_folder()), "hadolint") / "bin" / "hadolint"
    # DL3008: the stand-ins take Debian's versions of the day; DL3006: their base is an argument.
    stand_ins = (CLONE / "images" / "stand-ins").glob("*.Dockerfile")
    files = [*(CLONE / file for file in IMAGES.values()), *stand_ins]
    command = [hadolint, "--no-color", "--ignore", "DL3008", "--ignore", "DL3006", *files]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_only_what_is_named_reaches_the_engine() -> None:
    rules = [line for line in (CLONE / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]
    assert rules[0] == "*"
    opened = {rule[1:].split("/")[0] for rule in rules if rule.startswith("!")}
    assert opened == {"backend", "services", "packages", "tools", "frontend", "images"}
