"""Keep what `make bench` measured, night after night, and fail when a figure got worse: `trend.py HISTORY FIGURES`.

HISTORY is a file of JSON lines, one a run (made when it is absent; the last 90 are kept); FIGURES is the folder that
`make bench` writes, docs/benchmarks. Each watched figure is held against the median of the last seven runs on a machine
of the same kind: worse by more than `--bound` (1.5 times) is a regression, exit code 1 and a sentence for each. Fewer
than three such runs are no trend, and nothing is judged. Prints a table for people (Markdown).
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from pathlib import Path
from typing import Any

LOWER, HIGHER = "lower", "higher"
WATCHED = {
    "platform.create_task.milliseconds.p50": LOWER,
    "platform.create_task.milliseconds.p99": LOWER,
    "platform.commit_to_audit_milliseconds.p50": LOWER,
    "platform.completion_to_successor_milliseconds.p50": LOWER,
    "platform.memory_mib.total": LOWER,
    "successor.completion_to_live_successor.from_completion_milliseconds.p50": LOWER,
    "successor.completion_to_live_successor.from_completion_milliseconds.p99": LOWER,
    "reminders.reminders.sent_after_the_instant_milliseconds.p50": LOWER,
    "chat.chat.first_text_milliseconds.p50": LOWER,
    "next_occurrence.next_occurrence_microseconds.on_time.p50": LOWER,
    "create.create_alone.backend.per_second_of_16_connections": HIGHER,
    "spine.relay_drain.share_of_the_best": HIGHER,
    "audit.audit_over_bulk_at_one_partition.audit_per_second": HIGHER,
}
"""File and path of each figure, and which way is better."""
KEPT, COMPARED, FEWEST = 90, 7, 3
_BARS = "▁▂▃▄▅▆▇█"


class TrendError(Exception):
    """What was measured cannot be read. The text says what."""


def read(folder: Path) -> dict[str, Any]:
    """One run: commit, machine and every watched figure; raise when one is absent, for then nothing would watch it."""
    run: dict[str, Any] = {"figures": {}}
    for name in WATCHED:
        file, *path = name.split(".")
        try:
            found: Any = json.loads((folder / f"{file}.json").read_text())
            machine = {part: found["machine"][part] for part in ("processor", "cores", "memory_gib")}
            run |= {"commit": found["commit"], "at": found["at"], "machine": machine}
            for part in path:
                found = found[part]
            run["figures"][name] = float(found)
        except (OSError, ValueError, KeyError, TypeError) as problem:
            raise TrendError(f"{folder} has no figure {name} ({type(problem).__name__}: {problem}).") from problem
    return run


def judge(run: dict[str, Any], before: list[dict[str, Any]], bound: float) -> tuple[list[str], list[str]]:
    """The lines of the table, and a sentence for each regression beyond `bound`."""
    alike = [old for old in before if old["machine"] == run["machine"]]
    lines = ["| figure | median before | now | times as bad | trend |", "|---|---|---|---|---|"]
    worse: list[str] = []
    for name, now in run["figures"].items():
        known = [old["figures"][name] for old in alike if name in old["figures"]]
        if len(known) < FEWEST:
            lines.append(f"| {name} | | {now:g} | | {_bars([*known, now])} |")
            continue
        usual = statistics.median(known[-COMPARED:])
        ratio = now / usual if WATCHED[name] == LOWER else usual / max(now, 1e-9)
        lines.append(f"| {name} | {usual:g} | {now:g} | {ratio:.2f} | {_bars([*known[-20:], now])} |")
        if ratio > bound:
            worse.append(f"{name} is {now:g}, {ratio:.2f} times as bad as the {usual:g} of the last runs.")
    return lines, worse


def _bars(values: list[float]) -> str:
    low, high = min(values), max(values)
    return "".join(_BARS[round((value - low) / ((high - low) or 1) * (len(_BARS) - 1))] for value in values)


def main(words: list[str]) -> int:
    """Do what the command line says."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("history", type=Path)
    options.add_argument("figures", type=Path)
    options.add_argument("--bound", type=float, default=1.5)
    chosen = options.parse_args(words)
    history: Path = chosen.history
    try:
        run = read(chosen.figures)
        before = [json.loads(line) for line in history.read_text().splitlines()] if history.exists() else []
    except (TrendError, ValueError) as problem:
        print(f"Nothing was compared: {problem}", file=sys.stderr)
        return 1
    lines, worse = judge(run, before, chosen.bound)
    print("\n".join(lines))
    history.parent.mkdir(parents=True, exist_ok=True)
    history.write_text("".join(json.dumps(one) + "\n" for one in [*before, run][-KEPT:]))
    for sentence in worse:
        print(f"Slower: {sentence}", file=sys.stderr)
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
