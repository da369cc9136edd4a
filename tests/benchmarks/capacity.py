"""The tables of docs/capacity.md, computed from the committed figures and docs/costs.md.

`python -m tests.benchmarks.capacity [--check]`. What one core takes is what the processes used for each event while
`make bench` ran, so nothing here was measured at that rate but where the page says so.
"""

from __future__ import annotations

import json
import re
import sys
from typing import Any

import yaml
from local_runtime.layout import CLONE

PAGE = CLONE / "docs" / "capacity.md"
BEGIN, END = "<!-- computed: python -m tests.benchmarks.capacity -->", "<!-- end of computed -->"
CHART = {
    "todo-frontend": "frontend",
    "todo-backend": "backend",
    "todo-relay": "relay",
    "recurring-task-service": "recurring",
    "notification-service": "notification",
    "audit-service": "audit",
}
COLUMNS = (
    "pod (its sidecar)",
    "a created task",
    "an event, cores full",
    "a reminder",
    "0.7 of a core carries",
    "asks for",
    "memory",
)
STALE = "docs/capacity.md is not what the figures give: python -m tests.benchmarks.capacity"
MILLION, BUSY = 1_000_000, 0.7
"""BUSY: the share of a core up to which the chart lets a pod be used before it asks for another (`cpuPercent`)."""
_OUR_LOAD = ("the load", "nobody", "total", "mail-catcher")


def tables(platform: dict[str, Any], spine: dict[str, Any], reminders: dict[str, Any], prices: dict[str, float]) -> str:
    """Return both tables."""
    creates = platform["create_task"]["milliseconds"]["samples"]
    per_create = {name: 1000 * s / creates for name, s in platform["processor_seconds_under_load"].items()}
    events = spine["commit_to_audit"]["milliseconds"]["samples"]
    per_event = {name: 1000 * s / events for name, s in spine["commit_to_audit"]["processor_seconds"].items()}
    per_reminder = {name: us / 1000 for name, us in reminders["reminders"]["processor_microseconds_a_reminder"].items()}
    values = yaml.safe_load((CLONE / "helm/todo-app/values.yaml").read_text())
    lines = [
        "| " + " | ".join(COLUMNS) + " |",
        "|---" * len(COLUMNS) + "|",
    ]
    for app, key in CHART.items():
        sidecar = f"{app}-daprd"
        cells = [f"{costs[app]:.2f} ({costs[sidecar]:.2f}) ms" for costs in (per_create, per_event, per_reminder)]
        asked = values[key]["resources"]["requests"]
        used = platform["memory_mib"]
        lines.append(
            f"| {app} | {' | '.join(cells)} | {_carried(app, per_create, per_event, per_reminder)} "
            f"| {asked['cpu']}, {asked['memory']} | {used[app]} ({used[sidecar]}) MiB |"
        )
    for store in ("postgres", "kafka"):
        cells = [f"{costs[store]:.2f} ms" for costs in (per_create, per_event, per_reminder)]
        lines.append(f"| {store} | {' | '.join(cells)} | | its own | {platform['memory_mib'][store]} MiB |")
    whole = sum(ms for name, ms in per_create.items() if name not in _OUR_LOAD)
    hours = whole * MILLION / 1000 / 3600
    lines += [
        "",
        f"A million created tasks, from the request to the audit, take {hours:.1f} core hours ({whole:.2f} ms each).",
        "At the prices of nodes in [costs.md](costs.md):",
        "",
        "| | " + " | ".join(prices) + " |",
        "|---|" + "---|" * len(prices),
        "| a vCPU hour, US dollars | " + " | ".join(f"{price:.4f}" for price in prices.values()) + " |",
        "| a million created tasks, processors only | "
        + " | ".join(f"{hours * price:.2f}" for price in prices.values())
        + " |",
    ]
    return "\n".join(lines)


def prices_of(text: str) -> dict[str, float]:
    """Return the price of a vCPU hour by cloud, from the row of six nodes (4 vCPU each) of docs/costs.md."""
    [row] = [line for line in text.splitlines() if line.startswith("| six nodes")]
    azure, google, oracle, amazon = (cell for cell in row.split("|")[2:6])
    ocpu, gigabyte = map(float, re.findall(r"at ([\d.]+) and ([\d.]+)", oracle)[0])
    single = {"AKS": azure, "GKE": google, "EKS": amazon}
    found = {cloud: float(re.findall(r"at ([\d.]+)", cell)[0]) / 4 for cloud, cell in single.items()}
    return {**found, "OKE": (2 * ocpu + 16 * gigabyte) / 4}


def _carried(app: str, create: dict[str, float], event: dict[str, float], reminder: dict[str, float]) -> str:
    if app == "todo-frontend":
        return "not measured"
    if app == "todo-backend":
        return f"{1000 * BUSY / create[app]:.0f} created tasks a second"
    if app == "notification-service":
        return f"{1000 * BUSY / reminder[app]:.0f} reminders or {1000 * BUSY / event[app]:.0f} events a second"
    return f"{1000 * BUSY / event[app]:.0f} events a second"


def main() -> None:
    """Write the page's tables, or with --check say whether they are what the figures give."""
    figures = [
        json.loads((CLONE / f"docs/benchmarks/{name}.json").read_text()) for name in ("platform", "spine", "reminders")
    ]
    text = PAGE.read_text()
    head, rest = text.split(BEGIN)
    _, tail = rest.split(END)
    prices = prices_of((CLONE / "docs/costs.md").read_text())
    wanted = f"{head}{BEGIN}\n{tables(*figures, prices)}\n{END}{tail}"
    if "--check" in sys.argv:
        sys.exit(0 if wanted == text else STALE)
    PAGE.write_text(wanted)


if __name__ == "__main__":
    main()
