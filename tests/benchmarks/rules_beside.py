"""What others take for the question that `next_occurrence` answers: python-dateutil, and the npm package rrule.

Both go through the series from its start. They are asked what follows now, of the same rules and starts.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from dateutil.rrule import rrulestr
from local_runtime.layout import cache_folder
from local_runtime.provision import frontend
from local_runtime.provision.cache import Cache
from recurrence_rules import Start

Question = tuple[str, Start]
"""A rule and the start of its series."""

_PACKAGE = Path(__file__).parent / "baselines" / "rrule"
TIMES = 3


def dateutil(asked: Sequence[Question], now: dt.datetime) -> list[float]:
    """Return the seconds of each call."""
    found = list[float]()
    for rule, start in asked:
        for _ in range(TIMES):
            began = time.thread_time_ns()
            rrulestr(rule, dtstart=_wall(start)).after(now.replace(tzinfo=None))
            found.append((time.thread_time_ns() - began) / 1e9)
    return found


def npm_rrule(asked: Sequence[Question], now: dt.datetime) -> list[float]:
    """Return the seconds of each call; the package is installed for it, into a folder that goes again."""
    node = frontend.node(Cache(cache_folder()))
    lines = [{"rrule": rule, "start": f"{_wall(start).isoformat()}Z", "now": now.isoformat()} for rule, start in asked]
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(_PACKAGE, folder, dirs_exist_ok=True)
        environment = {**os.environ, **node.environment()}
        install = [*node.npm, "install", "--no-audit", "--no-fund", "--loglevel=error"]
        subprocess.run(install, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
        answered = subprocess.run(
            [str(node.binary), "after.mjs"],
            cwd=folder,
            env=environment,
            input="\n".join(map(json.dumps, lines)),
            capture_output=True,
            text=True,
            check=True,
            timeout=600,
        )
    return [taken / 1e6 for line in answered.stdout.splitlines() for taken in json.loads(line)]


def _wall(start: Start) -> dt.datetime:
    return dt.datetime.combine(start.date, start.time or dt.time())
