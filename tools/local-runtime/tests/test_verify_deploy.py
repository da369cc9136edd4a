"""What `make verify-deploy` makes of pytest's report."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from local_runtime import verify_deploy
from local_runtime.errors import LocalRuntimeError
from local_runtime.layout import CLONE
from local_runtime.verify_deploy import Outcome, read_report

PASSED = '<testcase name="a"/>'
FAILED = '<testcase name="b"><failure message="no"/></testcase>'
BROKEN = '<testcase name="b"><error message="no"/></testcase>'
SKIPPED = '<testcase name="c"><skipped message="no node here"/></testcase>'


def report(folder: Path, *cases: str) -> Outcome:
    file = folder / "report.xml"
    file.write_text(f"<testsuites><testsuite>{''.join(cases)}</testsuite></testsuites>")
    return read_report(file)


@pytest.mark.parametrize(
    ("cases", "verdict"),
    [
        ([PASSED], "proved"),
        ([PASSED, SKIPPED], "proved in part"),
        ([SKIPPED], "SKIPPED"),
        ([], "SKIPPED"),
        ([PASSED, FAILED, SKIPPED], "FAILED"),
        ([BROKEN], "FAILED"),
    ],
)
def test_only_what_ran_whole_is_proved(tmp_path: Path, cases: list[str], verdict: str) -> None:
    assert report(tmp_path, *cases).verdict == verdict


def test_a_reason_of_several_tests_is_told_once(tmp_path: Path) -> None:
    assert report(tmp_path, PASSED, SKIPPED, SKIPPED) == Outcome(1, 0, ["no node here"])


def test_a_step_that_does_not_exist_is_refused_in_words() -> None:
    with pytest.raises(LocalRuntimeError, match="There is no step 9: the ladder has 1 to 6"):
        verify_deploy.climb([9])


def test_the_page_has_a_row_for_every_step() -> None:
    page = (CLONE / "docs/verification.md").read_text()

    ladder = page.split("## ")[0]

    assert [int(step) for step in re.findall(r"^\| (\d) \|", ladder, re.MULTILINE)] == list(verify_deploy.STEPS)
