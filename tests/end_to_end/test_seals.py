"""`todo-ops seals` on the real platform: what is sealed holds, and a superuser's hand in it shows."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from local_runtime.platform import Platform

from tests.people import Person, eventually

Ops = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def ops(platform: Platform) -> Ops:
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        where = ["--keys", str(platform.place.keys_folder), "--offset", str(platform.place.offset)]
        command = [sys.executable, "-m", "todo_ops", *words, *where]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)

    return run


def test_what_was_sealed_holds_until_somebody_changes_it(
    ops: Ops, person: Person, store: psycopg.Connection[Any], platform: Platform
) -> None:
    task = person.add("To be sealed")
    [entry] = eventually(lambda: person.history(task["id"]))
    sealed = ops("seals", "now", "--json")
    assert sealed.returncode == 0, sealed.stderr
    made = json.loads(sealed.stdout)
    assert made["number"] >= 1
    holds = ops("seals", "verify", "--json")
    assert (holds.returncode, json.loads(holds.stdout)["holds"]) == (0, True), holds.stdout
    assert json.loads(holds.stdout)["entries"] >= 2
    assert f'\\"number\\":{made["number"]},' in platform.place.seals_file.read_text().splitlines()[-1]

    forge = "UPDATE audit.entries SET actor_id = %s WHERE event_id = %s"
    store.execute(forge, ("somebody else", entry["event_id"]))
    try:
        broken = ops("seals", "verify")
        checked = ops("verify", "--check", "seals", "--patience", "0", "--json")
    finally:
        store.execute(forge, (entry["actor"]["id"], entry["event_id"]))
    assert (broken.returncode, "were changed" in broken.stdout) == (1, True)
    assert checked.returncode == 1
    assert "were changed" in json.loads(checked.stdout)["checks"][0]["violation"]
    assert ops("seals", "verify").stdout.endswith("It holds.\n")
