"""Links in the documents lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("k8s/**/*.md")])
LINK = re.compile(r"\]\((?!https?://|mailto:)([^)\s]+)\)")
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_relative_link_leads_to_a_file_and_a_heading(page: Path) -> None:
    dead = []
    for link in LINK.findall(FENCED.sub("", page.read_text("utf-8"))):
        path, _, anchor = link.partition("#")
        target = (page.parent / path) if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            dead.append(link)

    assert not dead


def test_every_decision_stands_in_the_index() -> None:
    index = (ROOT / "docs/decisions/README.md").read_text("utf-8")

    pages = {page.name for page in (ROOT / "docs/decisions").glob("0*.md")}

    assert pages == set(re.findall(r"\((0\d{3}-[\w-]+\.md)\)", index))


def test_every_decision_has_its_four_parts_and_one_quotable_sentence() -> None:
    for page in (ROOT / "docs/decisions").glob("0*.md"):
        text = page.read_text("utf-8")
        heads = [line.split(" (")[0] for line in re.findall(r"^## (.*)$", text, re.MULTILINE)]
        assert heads == ["Context", "Decision", "Consequences", "Alternatives"], page.name
        assert re.match(r"\*\*[^*]+\.\*\*", text.split("## Decision\n")[1]), page.name


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as they are made of them on GitHub."""
    heads = re.findall(r"^#+ (.*)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}
