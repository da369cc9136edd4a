"""Real faults: folders that refuse, a disk that is full, old programs, a clock that went back, what was left behind."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from local_runtime import doctor as doctors
from local_runtime import surroundings
from local_runtime.commands import take
from local_runtime.errors import LocalRuntimeError
from local_runtime.layout import CLONE
from local_runtime.platform.ownership import Ownership
from local_runtime.ports import is_free
from local_runtime.provision import broker, frontend, golang, whole
from local_runtime.provision.cache import Cache
from local_runtime.render.place import Place

AS_NOBODY_SPECIAL = ("unshare", "--user", "--map-user=1000", "--map-group=1000")
"""Also for root: a process that has no right but those that the folders give it."""
WITH_A_SMALL_DISK = ("unshare", "--user", "--map-root-user", "--mount", "sh", "-c")


def can(*command: str) -> bool:
    return (
        shutil.which("unshare") is not None
        and subprocess.run(command, capture_output=True, check=False).returncode == 0
    )


namespaces = pytest.mark.skipif(
    not can("unshare", "--user", "--map-root-user", "--mount", "mount", "-t", "tmpfs", "none", "/mnt"),
    reason="this machine allows no user namespaces",
)


@pytest.fixture
def sealed(tmp_path: Path) -> Iterator[Path]:
    """A folder in which nothing may be made."""
    folder = tmp_path / "sealed"
    folder.mkdir()
    folder.chmod(0o500)
    yield folder
    folder.chmod(0o700)


def runtime(*words: str | Path, wrapped: Sequence[str] = (), **environment: str) -> tuple[int, str]:
    """Run `python -m local_runtime …` and return its exit code with all that it said."""
    command = [*wrapped, sys.executable, "-m", "local_runtime", *map(str, words)]
    ended = subprocess.run(
        command, env={**os.environ, **environment}, capture_output=True, text=True, timeout=180, check=False
    )
    return ended.returncode, ended.stdout + ended.stderr


def on_a_full_disk(folder: Path, *words: str | Path, **environment: str) -> tuple[int, str]:
    """The same, with a full disk of one megabyte at `folder`."""
    said = " ".join(f"'{word}'" for word in (sys.executable, "-m", "local_runtime", *words))
    fill = f"mount -t tmpfs -o size=1m none '{folder}' && ! dd if=/dev/zero of='{folder}/full' bs=64k 2>/dev/null"
    ended = subprocess.run(
        [*WITH_A_SMALL_DISK, f"{fill}; exec {said}"],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    return ended.returncode, ended.stdout + ended.stderr


def is_one_sentence(said: str) -> bool:
    return "Traceback" not in said and said.strip().count("\n") == 0


@namespaces
def test_without_the_right_to_write_data_a_start_says_so_in_a_sentence(sealed: Path) -> None:
    where = ("--directory", sealed / "run", "--offset", "39000")
    code, said = runtime("run", *where, wrapped=AS_NOBODY_SPECIAL)
    assert code == 1
    assert f"This user may not use {sealed}" in said
    assert is_one_sentence(said), said


@namespaces
def test_a_cache_that_may_only_be_read_serves_when_it_is_whole_and_is_a_sentence_when_it_is_not(sealed: Path) -> None:
    sealed.chmod(0o700)
    cache = Cache(sealed)
    cache.part("thing", "1", lambda folder: (folder / "whole").touch())
    (sealed / "whole" / "thing-1.json").unlink()
    for folder in (sealed, sealed / "whole", sealed / "locks", sealed / "unfinished"):
        folder.chmod(0o500)
    program = (
        "import sys; from pathlib import Path; from local_runtime.provision.cache import Cache\n"
        "print(Cache(Path(sys.argv[1])).part('thing', '1', lambda folder: 1 / 0))"
    )
    command = [*AS_NOBODY_SPECIAL, sys.executable, "-c", program, str(sealed)]
    assert subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip() == str(
        sealed / "thing-1"
    )
    for folder in (sealed / "whole", sealed / "locks", sealed / "unfinished"):
        folder.chmod(0o700)

    code, said = runtime("dapr-cli", wrapped=AS_NOBODY_SPECIAL, TODO_PLATFORM_CACHE=str(sealed / "another"))
    assert code == 1
    assert f"This user may not use {sealed}/another" in said
    assert "TODO_PLATFORM_CACHE" in said
    assert "Traceback" not in said


@namespaces
def test_a_full_disk_is_said_before_anything_is_started(tmp_path: Path) -> None:
    code, said = on_a_full_disk(tmp_path, "infra", "--directory", tmp_path / "run", "--offset", "39000")
    assert code == 1
    assert "0 MB free and 300 MB are needed" in said
    assert is_one_sentence(said), said


@namespaces
def test_a_disk_that_fills_up_later_is_a_sentence_too(tmp_path: Path) -> None:
    code, said = on_a_full_disk(tmp_path, "render", tmp_path / "dapr")
    assert code == 1
    assert said.startswith("The disk is full")
    assert is_one_sentence(said), said


@namespaces
def test_the_doctor_explains_a_full_disk_and_a_sealed_folder_and_ends_with_1(tmp_path: Path, sealed: Path) -> None:
    cache = tmp_path / "cache"
    cache.mkdir()
    code, said = on_a_full_disk(cache, "doctor", "--offset", "39000", TODO_PLATFORM_CACHE=str(cache))
    assert code == 1
    assert "!!   cache: The disk of" in said
    assert "note daprd 1.18.2 is not in the cache" in said
    code, said = runtime("doctor", "--directory", sealed / "run", "--offset", "39000", wrapped=AS_NOBODY_SPECIAL)
    assert code == 1
    assert f"!!   data: This user may not use {sealed}" in said
    assert "see the lines with !!" in said


def test_the_doctor_removes_a_damaged_part_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TODO_PLATFORM_CACHE", str(tmp_path / "cache"))
    cache = Cache(tmp_path / "cache")
    cache.part(*broker.part(), lambda folder: [(folder / name).write_bytes(b"jar") for name in ("a.jar", "b.jar")])
    (tmp_path / "cache" / "-".join(broker.part()) / "a.jar").write_bytes(b"raj")
    doctors.doctor(Place(39000, tmp_path / "run"))
    assert "note Kafka was damaged in the cache (a.jar is not as it was made): removed" in capsys.readouterr().out
    assert not cache.has(*broker.part())
    assert whole.kept(tmp_path / "cache" / "whole" / "nothing.json") is None


def test_a_clock_that_shows_less_than_what_was_written_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    now = datetime.now(UTC)
    file = tmp_path / "state.json"
    file.touch()
    assert surroundings.wrong_clock(now, [file, tmp_path / "absent"]) is None
    assert "The clock of this machine shows 2019" in (surroundings.wrong_clock(now.replace(year=2019), []) or "")
    ahead = (now + timedelta(days=2)).timestamp()
    os.utime(file, (ahead, ahead))
    assert "set the clock" in (surroundings.wrong_clock(now, [file]) or "")
    assert doctors.doctor(Place(39000, tmp_path)) == 1
    assert "!!   The clock of this machine shows" in capsys.readouterr().out


def test_programs_that_are_too_old_or_broken_are_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, body in {
        "java": "echo 'openjdk version \"1.8.0_392\"' >&2",
        "go": "echo go version go1.19.8 linux/amd64",
        "node": "echo v12.22.9",
        "npm": "exit 1",
    }.items():
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\n{body}\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    assert (broker.installed_java(), golang.installed_go(), frontend.installed_node()) == (None, None, None)
    said = [found.says for found in doctors._programs(Place())]
    assert said[0] == f"java comes from a package: {tmp_path}/java is 1.8.0, 17 is needed"
    assert [one.split()[0] for one in said] == ["java", "go", "node"]
    for name in ("java", "go", "node"):  # damaged, or for another processor
        (tmp_path / name).write_bytes(b"\x7fELF")
    assert (broker.installed_java(), golang.installed_go(), frontend.installed_node()) == (None, None, None)


def test_data_whose_passwords_are_gone_is_a_sentence_and_nothing_is_begun(tmp_path: Path) -> None:
    (tmp_path / "postgres" / "data").mkdir(parents=True)
    with pytest.raises(LocalRuntimeError, match=r"passwords.json\) are gone: put them back"):
        take(Place(39000, tmp_path))
    assert not (tmp_path / "launcher.lock").exists()


def test_the_doctor_sees_what_a_killed_launcher_left(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    left = subprocess.Popen(["sleep", "60"], start_new_session=True)
    try:
        since = datetime.now(UTC).timestamp()
        claim = Ownership(tmp_path)
        claim.publish({"phase": "ready", "processes": [{"pid": left.pid, "since": since}]})
        doctors.doctor(Place(39000, tmp_path))
        assert "a launcher that was killed left 1 processes: the next start ends them" in capsys.readouterr().out
        claim.take()
        claim.release()
        assert left.wait(5) != 0
    finally:
        left.kill()


def test_all_is_well_on_this_machine(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    offset = next(
        o for o in range(9_000, 0, -37) if all(map(is_free, Place(o).ports()))
    )  # nobody's connections end there
    code = doctors.doctor(Place(offset, tmp_path))
    said = capsys.readouterr().out
    assert code == (1 if "!!" in said else 0)
    assert [line for line in said.splitlines() if line and line[:4] not in {"ok  ", "note", "!!  "}] == [
        "Nothing stands in the way of `make run`."
    ], said


def test_make_doctor_says_that_python_is_too_old(tmp_path: Path) -> None:
    ended = subprocess.run(["make", "doctor", "PYTHON="], cwd=CLONE, capture_output=True, text=True, check=False)
    assert ended.returncode != 0
    assert "Python 3.11 or newer is needed" in ended.stdout
