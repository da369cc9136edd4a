"""Makes the clone's Python environment (.venv) from requirements.lock; does nothing when it is there already.

With --verify it first compares every installed file with the size that its package names, and makes a damaged
environment anew. Needs Python 3.11 or newer with pip, venv or uv, and nothing else; imports the standard library only.
Run by make.
"""
# ruff: noqa: INP001 - a script, run by its path before any package is there

from __future__ import annotations

import argparse
import csv
import errno
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
import tomllib
from pathlib import Path

CLONE = Path(__file__).resolve().parents[1]
ENVIRONMENT = CLONE / ".venv"
LOCK = CLONE / "requirements.lock"
UV_LOCK = CLONE / "tools" / "local-runtime" / "locks" / "uv.txt"
RUN = CLONE / ".run"


def main() -> None:
    """Read the command line and bring the environment up to date."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--as-is", action="store_true", help="take an existing environment even if it is out of date")
    parser.add_argument("--verify", action="store_true", help="make a damaged environment anew")
    options = parser.parse_args()
    if options.as_is and (ENVIRONMENT / "bin" / "python").exists():
        return
    try:
        if options.verify:
            throw_away_if_damaged()
        bring_up_to_date()
        if options.verify and damage() is not None:
            os.environ["UV_NO_CACHE"] = "1"  # the damage lies in what uv kept, from where it links files
            throw_away_if_damaged()
            bring_up_to_date()
    except OSError as refused:
        sys.exit(in_words(refused))


def bring_up_to_date() -> None:
    """Make or change the environment, if it was not made from the present inputs."""
    python = ENVIRONMENT / "bin" / "python"
    members = workspace()
    locked = digest([LOCK, UV_LOCK], sys.version.split()[0], str(CLONE))
    linked = digest([folder / "pyproject.toml" for folder in members], locked)
    if up_to_date(locked, linked):
        return
    RUN.mkdir(exist_ok=True)
    with (RUN / "bootstrap.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if up_to_date(locked, linked):
            return
        if stamp("locked") != locked:
            if platform_runs():
                sys.exit("The platform is running and requirements.lock has changed: `make down`, then this again.")
            began = time.monotonic()
            if not stamp("locked"):  # one whose making was killed: pip takes half a package for a whole one
                shutil.rmtree(ENVIRONMENT, ignore_errors=True)
            forget_stamp("locked")
            uv = environment_with_uv(python)
            quietly([*uv, "pip", "sync", "--python", python, "--require-hashes", LOCK], "the locked Python packages")
            done("Python packages", began)
            write_stamp("locked", locked)
        else:
            uv = [str(python), "-m", "uv"]
        began = time.monotonic()
        editable = [part for folder in members for part in ("--editable", str(folder))]
        quietly([*uv, "pip", "install", "--python", python, "--no-deps", *editable], "our own packages")
        done("our packages", began)
        write_stamp("linked", linked)


def throw_away_if_damaged() -> None:
    """Remove an environment that has a file missing or of another size than its package says."""
    damaged = damage()
    if damaged is None:
        return
    if platform_runs():
        sys.exit(
            f"The Python environment is damaged ({damaged}) and the platform runs from it: `make down`, then again."
        )
    print(f"The Python environment was damaged ({damaged}): it is made anew.", flush=True)
    shutil.rmtree(ENVIRONMENT)


def damage() -> str | None:
    """The first file of the environment that is not as its package's RECORD says; None: there is none."""
    if ENVIRONMENT.exists() and not works(ENVIRONMENT / "bin" / "python", "--version"):
        return "its python does not start"
    for record in sorted(ENVIRONMENT.glob("lib/python*/site-packages/*.dist-info/RECORD")):
        with record.open(newline="") as lines:
            for name, _, size in csv.reader(lines):
                file = record.parents[1] / name
                if "__pycache__" in name:
                    continue
                if not file.exists():
                    return f"{name} is missing"
                if size and file.stat().st_size != int(size):
                    return f"{name} has {file.stat().st_size} bytes instead of {size}"
    return None


def in_words(refused: OSError) -> str:
    """What a person is told when the system refuses."""
    where = refused.filename or CLONE
    if refused.errno in {errno.ENOSPC, errno.EDQUOT}:
        return f"The disk is full ({where}): free some space, then say it again."
    if refused.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return f"This user may not write {where}: give it the right to, or put the clone into a folder of your own."
    return f"The system refuses: {refused}"


def workspace() -> list[Path]:
    """The folders of our own packages, as the workspace lists them."""
    patterns = tomllib.loads((CLONE / "pyproject.toml").read_text())["tool"]["uv"]["workspace"]["members"]
    found = {folder for pattern in patterns for folder in CLONE.glob(pattern) if (folder / "pyproject.toml").exists()}
    return sorted(found)


def environment_with_uv(python: Path) -> list[str]:
    """Make .venv if there is none that works, put the pinned uv into it, and return the words that start uv."""
    if not works(python, "--version"):
        shutil.rmtree(ENVIRONMENT, ignore_errors=True)
        make_environment()
    pip = next((pip for pip in pips(python) if works(*pip, "--version")), None)
    if pip:
        quietly([*pip, "install", "-q", "--disable-pip-version-check", "--require-hashes", "-r", UV_LOCK], "uv")
        return [str(python), "-m", "uv"]
    own = shutil.which("uv")
    if own:
        return [own]
    sys.exit(
        "This Python can install nothing: it has neither pip nor ensurepip, and there is no uv.\n"
        "Install one of them (on Debian: apt install python3-venv), then run this again."
    )


def make_environment() -> None:
    """An empty environment: with pip where this Python carries it, without where it does not."""
    if works(sys.executable, "-c", "import ensurepip") and works(sys.executable, "-m", "venv", ENVIRONMENT):
        return
    shutil.rmtree(ENVIRONMENT, ignore_errors=True)
    quietly([sys.executable, "-m", "venv", "--without-pip", ENVIRONMENT], "an empty environment")


def pips(python: Path) -> tuple[list[str], list[str]]:
    """The ways to run pip for the environment: its own, else that of the Python that runs this."""
    return [str(python), "-m", "pip"], [sys.executable, "-m", "pip", "--python", str(python)]


def up_to_date(locked: str, linked: str) -> bool:
    """Whether the environment was made from exactly these inputs."""
    there = (ENVIRONMENT / "bin" / "python").exists()
    return there and stamp("locked") == locked and stamp("linked") == linked


def stamp(name: str) -> str:
    """What the environment says it was made from."""
    file = ENVIRONMENT / f".made-from-{name}"
    return file.read_text() if file.exists() else ""


def write_stamp(name: str, value: str) -> None:
    """Record what the environment was made from."""
    (ENVIRONMENT / f".made-from-{name}").write_text(value)


def forget_stamp(name: str) -> None:
    """From now on, until the stamp is written, the environment counts as half-made."""
    (ENVIRONMENT / f".made-from-{name}").unlink(missing_ok=True)


def platform_runs() -> bool:
    """Whether a platform of this clone holds its lock: its environment must not change under it."""
    for lock in [*RUN.glob("launcher.lock"), *RUN.glob("*/launcher.lock")]:
        with lock.open() as held:
            try:
                fcntl.flock(held, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
    return False


def digest(files: list[Path], *also: str) -> str:
    """Hexadecimal SHA-256 over the files' contents and the words of `also`."""
    whole = hashlib.sha256("\0".join(also).encode())
    for file in files:
        whole.update(hashlib.sha256(file.read_bytes()).digest())
    return whole.hexdigest()


def works(*command: str | Path) -> bool:
    """Whether the command ends well; what it says is of no interest."""
    try:
        return subprocess.run([str(word) for word in command], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def quietly(command: list[str | Path], what: str) -> None:
    """Run a command that has nothing to say unless it fails."""
    words = [str(word) for word in command]
    ended = subprocess.run(words, capture_output=True, text=True, check=False)
    if ended.returncode != 0:
        sys.exit(f"Could not install {what}: {(ended.stderr or ended.stdout).strip()[-800:]}")


def done(what: str, began: float) -> None:
    """Say that a part is there."""
    print(f"  {what:<28} {time.monotonic() - began:6.1f} s", flush=True)


if __name__ == "__main__":
    main()
