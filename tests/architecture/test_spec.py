"""docs/spec.md names, for every requirement, tests that exist."""

from __future__ import annotations

import re

import pytest
from local_runtime.layout import CLONE

NAMED = re.compile(r"([\w/.-]+\.py)::(\w+)")
LINES = [
    line
    for line in (CLONE / "docs/spec.md").read_text("utf-8").splitlines()
    if line.startswith("| ") and not line.startswith(("| requirement", "| |"))
]


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.split("|")[-3].strip()[:60])
def test_every_requirement_names_tests_that_exist(line: str) -> None:
    named = NAMED.findall(line)
    assert named, "it names no test"
    for path, test in named:
        file = CLONE / path
        assert file.exists(), path
        assert re.search(rf"^(?:async )?def {test}\(", file.read_text("utf-8"), re.MULTILINE), f"{path} has no {test}"
