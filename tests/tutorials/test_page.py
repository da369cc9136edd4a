"""The reader of tutorials misses nothing: what is typed, what must be said, and in which order."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from local_runtime import layout

from tests.tutorials.page import blocks, script, unsaid

PAGES = sorted((layout.CLONE / "docs" / "tutorials").glob("*.md"))


def written(folder: Path, text: str) -> Path:
    page = folder / "page.md"
    page.write_text(text)
    return page


def test_what_was_not_said_or_not_in_order_is_missed(tmp_path: Path) -> None:
    page = written(
        tmp_path, "```sh\necho one; echo two\n```\n\n```text\none\ntwo\n```\n\n```sh\necho $((1 + 2))\n```\n"
    )
    found = blocks(page)
    said = subprocess.run(
        ["bash", "-c", script(found, {"echo one": "echo one"})], capture_output=True, text=True, check=False
    ).stdout
    assert unsaid(found, said) == []
    assert unsaid(found, said.replace("one\ntwo", "two\none")) == ["block 0 did not say 'two'"]
    assert unsaid(found, "") == ["block 0 did not say 'one'"]


def test_output_without_a_command_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="belongs to no command"):
        blocks(written(tmp_path, "```text\none\n```\n"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_block_of_a_tutorial_is_one_that_is_run_and_parses(page: Path) -> None:
    fences = [line for line in page.read_text().splitlines() if line.startswith("```") and line != "```"]
    assert set(fences) <= {"```sh", "```text"}
    assert len(blocks(page)) == fences.count("```sh") > 3
    parsed = subprocess.run(["bash", "-n"], input=script(blocks(page), {}), text=True, capture_output=True, check=False)
    assert parsed.returncode == 0, parsed.stderr
