"""Score quick add against phrases of others: `python packages/task-language/tests/score.py FILE [-v]`.

FILE has a JSON object a line: source, phrase, reference_time (an ISO instant, or a wall time with `tz`), and
expected_rrule, or expected_datetime with its grain. The phrases are not ours, so no such file is in the repository.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from recurrence_rules import resolve, wall_of
from task_language import Draft, Moment, parse

Row = dict[str, Any]
PERIODS = ("week", "month", "quarter", "year")
UNSAID = dt.datetime(2000, 1, 1, 12, tzinfo=dt.UTC)
"""The reference of a row that gives none; it asks for a rule alone. Early, so that no UNTIL has passed."""


def moment_of(row: Row) -> Moment:
    """Return the speaker's here and now; a row without a zone is read in UTC."""
    zone = row["tz"] or "UTC"
    wall = dt.datetime.fromisoformat(row["reference_time"]) if row["reference_time"] else UNSAID
    return Moment((wall if wall.tzinfo else wall.replace(tzinfo=ZoneInfo(zone))).astimezone(dt.UTC), zone)


def judged(row: Row, draft: Draft) -> str:
    """Return exact, none (all stayed in the title) or wrong. Exact is to the second, and no time where none is."""
    if row["expected_rrule"]:
        wanted, got = _rule_wanted(row["expected_rrule"]), _rule_got(draft)
    else:
        wanted, got = _date_wanted(row), _date_got(draft, moment_of(row).zone)
    return "exact" if wanted == got else "none" if not got else "wrong"


def _rule_wanted(rrule: str) -> frozenset[tuple[str, str]]:
    return frozenset(_parts(rrule))


def _rule_got(draft: Draft) -> frozenset[tuple[str, str]]:
    if draft.rrule is None or draft.repeat is None:
        return frozenset()
    parts = dict(_parts(draft.rrule))
    if draft.repeat.frequency != "HOURLY" and draft.time is not None and "BYHOUR" not in parts:
        parts |= {"BYHOUR": str(draft.time.hour), "BYMINUTE": str(draft.time.minute)}
    return frozenset(parts.items())


def _parts(rrule: str) -> Iterator[tuple[str, str]]:
    """Yield the parts in one way of writing; UNTIL as its day, and no SKIP, which a rule of RFC 5545 cannot say."""
    for name, value in (part.split("=") for part in rrule.split(";")):
        if name not in ("RSCALE", "SKIP"):
            yield name, value.replace("+", "")[: 8 if name == "UNTIL" else None]


def _date_wanted(row: Row) -> str:
    text = row["expected_datetime"]
    if row.get("grain") in ("day", *PERIODS) or "T" not in text:
        return text[:10]
    return dt.datetime.fromisoformat(text).replace(tzinfo=None).isoformat()


def _date_got(draft: Draft, zone: str) -> str:
    """Return the date, or the wall time in the row's zone, which may not be the one that was said."""
    if draft.repeat is not None:
        return "a rule"
    if draft.date is None:
        return ""
    if draft.time is None:
        return draft.date.isoformat()
    return wall_of(resolve(draft.date, draft.time, draft.zone), zone).isoformat()


def main(path: str, *, verbose: bool) -> None:
    """Print exact, none, wrong and crashed by source; what is not exact with `-v`."""
    table: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for row in map(json.loads, Path(path).read_text(encoding="utf-8").splitlines()):
        kind = "rules" if row["expected_rrule"] else "periods" if row["grain"] in PERIODS else "dates"
        try:
            draft = parse(row["phrase"], moment_of(row))
            outcome = judged(row, draft)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a crash to count
            draft, outcome = None, "crash"
            print("crash", row["phrase"], repr(error))
        for source in (row["source"].split()[0], "all"):
            table[kind, source][outcome] += 1
        if verbose and outcome != "exact" and draft is not None:
            got = draft.rrule or _date_got(draft, moment_of(row).zone)
            wanted = row["expected_rrule"] or f"{row['expected_datetime']} ({row['grain']})"
            print(f"{outcome:6}{row['phrase']!r} at {row['reference_time']}: {got!r}, not {wanted!r}")
    for (kind, source), found in sorted(table.items()):
        total = found.total()
        print(
            f"{kind:8}{source:27} {found['exact']:4} of {total:4} {found['exact'] / total:7.1%}"
            f"  none {found['none']:3}  wrong {found['wrong']:3}  crash {found['crash']}"
        )


if __name__ == "__main__":
    main(sys.argv[1], verbose="-v" in sys.argv[2:])
