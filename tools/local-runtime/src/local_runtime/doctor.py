"""`make doctor`: one line per check in plain words, what to do about what is wrong, and exit code 1 if anything is.

It changes one thing only: a part of the cache whose files are not as they were made is removed, so that the next start
makes it anew.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import psutil

from local_runtime import layout, postgres, terminal
from local_runtime.errors import LocalRuntimeError
from local_runtime.platform.ownership import left_behind, owner, require_free
from local_runtime.provision import broker, everything, frontend, golang, tools
from local_runtime.provision.cache import Cache
from local_runtime.render.place import Place
from local_runtime.surroundings import (
    FIRST_START,
    LEAST_FREE,
    MEGABYTE,
    kind_of_machine,
    lost_passwords,
    memory_available,
    too_full,
    unwritable,
    wrong_clock,
)

_MEMORY: Final = 1500 * MEGABYTE
_MARKS: Final = {"fine": "ok  ", "note": "note", "wrong": "!!  "}


@dataclass(frozen=True)
class Finding:
    """One line: `kind` is fine, note (nothing to do) or wrong (it stands in the way, and `says` tells what to do)."""

    kind: str
    says: str


def doctor(place: Place) -> int:
    """Say what is on this machine, what will be fetched and what is in the way; 0 when nothing is."""
    wrong = 0
    for check in (_machine, _folders, _clock, _parts, _programs, _platform):
        for found in _of(check, place):
            wrong += found.kind == "wrong"
            terminal.say(f"{_MARKS[found.kind]} {found.says}")
    terminal.say(
        f"\n{wrong} {'thing stands' if wrong == 1 else 'things stand'} in the way of `make run`: see the lines with !!."
        if wrong
        else "\nNothing stands in the way of `make run`."
    )
    return 1 if wrong else 0


Check = Callable[[Place], Iterator[Finding]]


def _of(check: Check, place: Place) -> Iterator[Finding]:
    try:
        yield from check(place)
    except (LocalRuntimeError, OSError, psutil.Error) as failed:
        yield Finding("wrong", f"{failed}")


def _machine(_place: Place) -> Iterator[Finding]:
    system, processor = kind_of_machine()
    known = (system, processor) == ("Linux", "x86_64")
    says = f"{system} on {processor}, Python {sys.version.split()[0]}"
    yield Finding("fine" if known else "note", says if known else f"{says}: only tried on Linux on x86_64")
    postgres.binaries()
    postgres.as_server_user(["postgres"])
    yield Finding("fine", "PostgreSQL 18 is in the Python environment")
    free = memory_available()
    if free is not None and free < _MEMORY:
        yield Finding("note", f"{free // MEGABYTE} MB of memory are free and everything together takes about 1200: "
                              "if processes are ended for lack of memory, end other programs")  # fmt: skip


def _folders(place: Place) -> Iterator[Finding]:
    cache = layout.cache_folder()
    whole = all(Cache(cache).has(*part) for part in everything.needed().values())
    for what, folder, least in (
        ("clone", layout.CLONE, LEAST_FREE),
        ("data", place.folder, LEAST_FREE),
        ("cache", cache, LEAST_FREE if whole else FIRST_START),
    ):
        refused = unwritable(folder)
        if full := too_full(folder, least):
            yield Finding("wrong", f"{what}: {full}")
        elif refused and what == "cache" and whole:
            yield Finding("note", f"the {what} can only be read, and has all that is needed: {folder}")
        elif refused:
            yield Finding("wrong", f"{what}: {refused}")
        else:
            yield Finding("fine", f"the {what} may be written and has room: {folder}")
    for what, folder in (("database", place.folder / "postgres"), ("broker", place.folder / "kafka")):
        elsewhere = folder.exists() and folder.stat().st_dev != place.folder.stat().st_dev
        if elsewhere and (full := too_full(folder)):
            yield Finding("wrong", f"{what}: {full}")


def _clock(place: Place) -> Iterator[Finding]:
    written = [layout.CLONE / "requirements.lock", *place.folder.glob("*"), *place.logs_folder.glob("*.log")]
    written += (layout.cache_folder() / "whole").glob("*.json")
    off = wrong_clock(datetime.now(UTC), written)
    yield Finding("wrong", off) if off else Finding("fine", f"the clock shows {datetime.now(UTC):%Y-%m-%d %H:%M} UTC")


def _parts(_place: Place) -> Iterator[Finding]:
    cache = Cache(layout.cache_folder())
    for what, part in everything.needed().items():
        if not cache.has(*part):
            yield Finding("note", f"{what} is not in the cache: the next start fetches or builds it")
        elif damaged := cache.damage(*part, contents=True):
            cache.set_aside(*part)
            yield Finding("note", f"{what} was damaged in the cache ({damaged}): removed, the next start makes it anew")
        else:
            yield Finding("fine", f"{what} is in the cache, every file as it was made")


def _programs(_place: Place) -> Iterator[Finding]:
    node = frontend.installed_node()
    for program, argument, at_least, used in (
        ("java", "-version", broker.OLDEST_JAVA, broker.installed_java()),
        ("go", "version", golang.OLDEST_GO, golang.installed_go()),
        ("node", "--version", frontend.OLDEST_NODE, node and node.binary),
    ):
        if used is not None:
            yield Finding("fine", f"{program} of this machine is used: {used}")
            continue
        found = shutil.which(program)
        needs = ".".join(map(str, at_least))
        version = ".".join(map(str, tools.version_of(found, argument)))
        why = f"{found} is {version}, {needs} is needed" if found else f"there is no {program} here"
        yield Finding("fine", f"{program} comes from a package: {why}")


def _platform(place: Place) -> Iterator[Finding]:
    launcher = owner(place.folder)
    if launcher is not None:
        yield Finding("fine", f"the platform of this clone runs (process {launcher}): `make status` shows it")
        return
    yield Finding("fine", "the platform of this clone does not run")
    if passwords := lost_passwords(place.folder):
        yield Finding("wrong", passwords)
    left = left_behind(place.folder)
    if left:
        yield Finding("note", f"a launcher that was killed left {len(left)} processes: the next start ends them")
        return
    try:
        require_free(place.ports())
    except LocalRuntimeError as taken:
        yield Finding("wrong", str(taken))
    else:
        yield Finding("fine", "all its ports are free")
