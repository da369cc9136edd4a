"""`make verify-deploy`: the ladder of docs/verification.md, one step of tests after another.

What did not run is named with its reason and counts as not proved. Skipping alone does not make the command fail.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET  # what is read was written by the pytest that we started

from local_runtime import layout, terminal
from local_runtime.errors import LocalRuntimeError
from local_runtime.provision import cluster_tools, custom_schemas, published_charts, workflow_tools
from local_runtime.provision.cache import Cache
from local_runtime.provision.prometheus import amtool, promtool

FOLDER: Final = "tests/deploy"
STEPS: Final = {
    1: "charts and manifests by themselves",
    2: "schemas of Kubernetes and of custom resources",
    3: "alerts, and workflows of CI",
    4: "a real API server with its controllers",
    5: "container images, built and run",
    6: "a cluster of one node",
}
CHEAP: Final = (1, 2, 3)
"""What `make test` runs as well."""


@dataclass(frozen=True)
class Outcome:
    """What became of the tests of one step: how many ran, how many of them failed, and why others did not run."""

    ran: int
    failed: int
    skipped: Sequence[str]

    @property
    def verdict(self) -> str:
        """One word. Proved is only what ran whole."""
        if self.failed:
            return "FAILED"
        return "SKIPPED" if not self.ran else "proved in part" if self.skipped else "proved"


def climb(only: Sequence[int]) -> int:
    """Run these steps (all, when none is named) and say what each proved; 1 when anything failed."""
    unknown = [str(step) for step in only if step not in STEPS]
    if unknown:
        raise LocalRuntimeError(f"There is no step {', '.join(unknown)}: the ladder has 1 to {max(STEPS)}.")
    provide()
    outcomes = {step: _run(step) for step in only or STEPS}
    terminal.say("")
    for step, outcome in outcomes.items():
        count = f"{outcome.ran} tests" + (f", {outcome.failed} failed" if outcome.failed else "")
        terminal.say(f"  step {step}  {outcome.verdict:<15} {STEPS[step]} ({count})")
        for reason in outcome.skipped:
            terminal.say(f"          SKIPPED: {reason}")
    return 1 if any(outcome.failed for outcome in outcomes.values()) else 0


def run_cheap() -> int:
    """Run what `make test` runs, in one go."""
    provide()
    return _pytest(CHEAP, "-ra")


def provide() -> None:
    """Make the tools that are absent; cold it takes some minutes."""
    cache = Cache(layout.cache_folder())
    makers: dict[str, Callable[[Cache], Path]] = {
        "helm": cluster_tools.helm,
        "kubeconform": cluster_tools.kubeconform,
        "schemas of Kubernetes": cluster_tools.kubernetes_schemas,
        "a provider of schemas for Terraform": cluster_tools.terraform_schemas,
        "what the Prometheus operator makes of routes": cluster_tools.alertmanager_config,
        "charts of others": published_charts.published_charts,
        "schemas of custom resources": custom_schemas.custom_schemas,
        "promtool": promtool,
        "actionlint": workflow_tools.actionlint,
        "shellcheck": workflow_tools.shellcheck,
        "zizmor": workflow_tools.zizmor,
        "amtool": amtool,
    }
    for what, make in makers.items():
        began = time.monotonic()
        make(cache)
        terminal.report(what, time.monotonic() - began)


def read_report(report: Path) -> Outcome:
    """Read what pytest wrote with --junitxml; a reason that several tests give is told once."""
    ran, failed, skipped = 0, 0, dict[str, None]()
    for case in ET.parse(report).iter("testcase"):  # noqa: S314 - see the import
        reason = case.find("skipped")
        if reason is not None:
            skipped[reason.get("message", "no reason given")] = None
            continue
        ran += 1
        failed += case.find("failure") is not None or case.find("error") is not None
    return Outcome(ran, failed, list(skipped))


def _run(step: int) -> Outcome:
    terminal.say(f"\nstep {step}: {STEPS[step]}")
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        code = _pytest([step], "-q", "--durations=5", "--durations-min=5", f"--junitxml={report}")
        outcome = read_report(report)
    # Pytest fails, too, when it cannot collect; without any test it says 5.
    return outcome if code in {0, 1, 5} else Outcome(outcome.ran, max(1, outcome.failed), outcome.skipped)


def _pytest(steps: Iterable[int], *words: str) -> int:
    marked = " or ".join(f"step{step}" for step in steps)
    command = [sys.executable, "-m", "pytest", FOLDER, "-m", marked, *words]
    return subprocess.run(command, cwd=layout.CLONE, check=False).returncode
