"""What is deployed where, as committed: a change of a template shows in the diff of golden/, and is meant."""

from __future__ import annotations

import pytest

from tests.deploy import chart

pytestmark = pytest.mark.step1


def test_the_committed_renders_are_those_of_the_chart() -> None:
    committed = {file.name: file.read_text() for file in chart.GOLDEN.iterdir()}
    made = chart.golden()
    assert set(committed) == set(made)
    assert [name for name in made if made[name] != committed[name]] == [], "run `make render` and read the diff"


def test_two_renders_are_the_same_bytes() -> None:
    again = chart.template(chart.values_of("prod"), chart.DIGESTS).stdout
    assert again == chart.text("prod")
