"""What every benchmark's result says of itself, and where it is written."""

from __future__ import annotations

import argparse
import datetime as dt
import json
from pathlib import Path
from typing import Any

from local_runtime.layout import CLONE

from tests.benchmarks.machine import commit, machine


def arguments(about: str | None, name: str, **usuals: float | Path) -> argparse.Namespace:
    """Read `--out` (docs/benchmarks/NAME.json unless it is said) and the numbers and files that a run may change."""
    options = argparse.ArgumentParser(description=about)
    options.add_argument("--out", type=Path, default=CLONE / "docs" / "benchmarks" / f"{name}.json")
    for name_of_it, usual in usuals.items():
        kind = Path if isinstance(usual, Path) else float
        options.add_argument(f"--{name_of_it.replace('_', '-')}", type=kind, default=usual)
    return options.parse_args()


def write(out: Path, figures: dict[str, Any]) -> None:
    """Write figures with when, what commit and which machine; and show them."""
    at = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    text = json.dumps({"at": at, "commit": commit(), "machine": machine(), **figures}, indent=2)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(text + "\n")
    print(text)
