from __future__ import annotations

import subprocess
import threading
from pathlib import Path

import pytest
from local_runtime.errors import PartMissingError
from local_runtime.layout import CLONE
from local_runtime.lock import LOCK, compile_lock
from local_runtime.provision import tools
from local_runtime.provision.cache import Cache, fingerprint


def test_a_part_is_made_once_even_by_two_at_once(tmp_path: Path) -> None:
    cache, made = Cache(tmp_path), list[str]()

    def make(folder: Path) -> None:
        made.append(folder.name)
        (folder / "whole").touch()

    threads = [threading.Thread(target=lambda: cache.part("thing", "1", make)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == ["thing-1"]
    assert (tmp_path / "thing-1" / "whole").exists()


def test_a_part_whose_making_failed_is_not_there_and_is_made_anew(tmp_path: Path) -> None:
    cache = Cache(tmp_path)

    def fail(folder: Path) -> None:
        (folder / "half").touch()
        raise PartMissingError("no network")

    with pytest.raises(PartMissingError):
        cache.part("thing", "1", fail)
    assert not (tmp_path / "thing-1").exists()
    whole = cache.part("thing", "1", lambda folder: (folder / "whole").touch())
    assert sorted(file.name for file in whole.iterdir()) == ["whole"]


def test_a_fingerprint_changes_with_content_and_with_what_is_said_beside_it(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_text("1")
    two.write_text("2")
    first = fingerprint([one, two], "linux")
    assert fingerprint([two, one], "linux") == first
    assert fingerprint([one, two], "darwin") != first
    two.write_text("3")
    assert fingerprint([one, two], "linux") != first


def test_a_tool_that_fails_is_a_sentence_with_the_end_of_what_it_said(tmp_path: Path) -> None:
    with pytest.raises(PartMissingError, match=r"`sh` failed: .*no such registry.*everything it said"):
        tools.run(["sh", "-c", "echo no such registry; exit 3"], tmp_path / "tool.log")


def test_an_installed_tool_counts_only_when_it_is_new_enough() -> None:
    assert tools.installed("python3", "--version", at_least=(3, 0)) is not None
    assert tools.installed("python3", "--version", at_least=(99,)) is None
    assert tools.installed("no-such-tool", "--version", at_least=(0,)) is None


def test_the_lock_says_what_the_pyproject_files_ask_for_and_names_no_host(tmp_path: Path) -> None:
    again = tmp_path / "requirements.lock"
    again.write_text(LOCK.read_text())
    try:
        compile_lock(again, offline=True)
    except Exception as error:
        if "offline" in str(error) or "cache" in str(error):
            pytest.skip("this machine's package index has not been asked before; `make lock` asks it")
        raise
    assert again.read_text() == LOCK.read_text(), "run `make lock`"
    assert "://" not in LOCK.read_text()


def test_make_alone_says_what_there_is() -> None:
    said = subprocess.run(["make"], cwd=CLONE, capture_output=True, text=True, check=True).stdout
    targets = {line.split()[1] for line in said.splitlines() if line.startswith("  make ")}
    assert {"run", "up", "down", "status", "infra", "dapr-cli", "doctor", "test", "check", "lock", "render"} <= targets
