"""The README's table of numbers, made from the committed figures: `python -m tests.benchmarks.readme [--check]`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from local_runtime.layout import CLONE

README = CLONE / "README.md"
FIGURES = CLONE / "docs" / "benchmarks"
BEGIN, END = "<!-- numbers: make bench -->", "<!-- end of numbers -->"


def table(starts: dict[str, Any], platform: dict[str, Any]) -> str:
    """Return the table, one figure a line, with what it was measured on."""
    create = platform["create_task"]["milliseconds"]
    audit = platform["commit_to_audit_milliseconds"]
    successor = platform["completion_to_successor_milliseconds"]
    share = platform["dapr_share_milliseconds"]
    rate, seconds = platform["create_task"]["per_second"], platform["create_task"]["seconds"]
    rows = [
        ("first start, empty caches", f"{starts['cold']['ready_seconds']:.0f} s"),
        ("second start", f"{starts['second']['ready_seconds']:.0f} s"),
        ("start without any network", f"{starts['without_network']['ready_seconds']:.0f} s"),
        ("Ctrl-C until nothing is left", f"{starts['second']['ctrl_c_seconds']:.0f} s"),
        (f"create a task at {rate:.0f}/s for {seconds:.0f} s, p50 / p99", f"{create['p50']} / {create['p99']} ms"),
        ("commit → its row in the audit, same load, p50 / p99", f"{audit['p50']} / {audit['p99']} ms"),
        ("Dapr's share of publishing a bulk, p90", f"{share['publish_p90_share']} ms"),
        ("Kafka's timestamp → the audit's handler, through Dapr (5 ms of waiting for a bulk included), p90",
         f"{share['arrival_through_dapr_await_5_ms_included']['p90']} ms"),
        ("completion → the next occurrence, p50 / p99", f"{successor['p50']} / {successor['p99']} ms"),
        ("Dapr's share of delivering (that waiting included), p90", f"{share['arrival_p90_share_await_included']} ms"),
        ("memory of everything", f"{platform['memory_mib']['total'] / 1024:.1f} GiB"),
    ]  # fmt: skip
    machine = platform["machine"]
    where = (
        f"{machine['cores']} cores ({machine['processor']}), {machine['memory_gib']} GiB, everything on them at once"
    )
    lines = ["| what | measured |", "|---|---|", *(f"| {what} | {figure} |" for what, figure in rows)]
    return "\n".join([*lines, "", f"Measured on {where}; commits {starts['commit']} and {platform['commit']}."])


def main() -> None:
    figures = [json.loads((FIGURES / f"{name}.json").read_text()) for name in ("starts", "platform")]
    text = README.read_text()
    head, rest = text.split(BEGIN)
    _, tail = rest.split(END)
    wanted = f"{head}{BEGIN}\n{table(*figures)}\n{END}{tail}"
    if "--check" in sys.argv:
        sys.exit(
            0 if wanted == text else "README.md is not what docs/benchmarks says: python -m tests.benchmarks.readme"
        )
    Path(README).write_text(wanted)


if __name__ == "__main__":
    main()
