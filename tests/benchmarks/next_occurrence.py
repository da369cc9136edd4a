"""How long the rules take to name the next date: `python -m tests.benchmarks.next_occurrence`.

A fixed set of rules, both anchors, series that began this year, 10 and 50 years ago. Closed on time, occurrence by
occurrence, and once as late as can be: the very first one, with everything since then passed over. Pure code, no
platform. Writes docs/benchmarks/next_occurrence.json, in microseconds.
"""

from __future__ import annotations

import datetime as dt
import gc
import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from recurrence_rules import Closed, Start, next_occurrence, occurrences, parse_rule
from recurrence_rules.closing import Anchor
from recurrence_rules.grid import grid_of

from tests.benchmarks.figures import percentiles
from tests.benchmarks.report import arguments, write

NOW = dt.datetime(2026, 6, 17, 10, 0, tzinfo=dt.UTC)
ZONE = "Europe/Berlin"
AGES_YEARS = (0, 10, 50)
ON_TIME = 20
"""The newest occurrences of a series, each closed an hour after it was due."""
ROUNDS = 50
RULES = {
    "every day": "FREQ=DAILY",
    "every day, COUNT": "FREQ=DAILY;COUNT=9999",
    "every 3 days": "FREQ=DAILY;INTERVAL=3",
    "every day of June to August": "FREQ=DAILY;BYMONTH=6,7,8",
    "Monday to Friday": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    "Tuesday and Thursday of every second week": "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH",
    "every week of January and June": "FREQ=WEEKLY;BYMONTH=1,6",
    "monthly on the last day": "FREQ=MONTHLY;BYMONTHDAY=-1",
    "monthly on the 31st, else the last day": "RSCALE=GREGORIAN;FREQ=MONTHLY;BYMONTHDAY=31;SKIP=BACKWARD",
    "monthly on the second Tuesday": "FREQ=MONTHLY;BYDAY=2TU",
    "monthly on the last Friday": "FREQ=MONTHLY;BYDAY=-1FR",
    "Friday the 13th": "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
    "every quarter, UNTIL": "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=1;UNTIL=20991231",
    "yearly on February 29, else the 28th": "RSCALE=GREGORIAN;FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;SKIP=BACKWARD",
    "yearly on February 29 alone": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
    "yearly on the fourth Thursday of November": "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH",
    "every day of every year, by months": "FREQ=YEARLY;BYMONTH=1,2,3,4,5,6,7,8,9,10,11,12;BYDAY=MO,TU,WE,TH,FR,SA,SU",
}


@dataclass(frozen=True)
class Case:
    """One question: what follows this closed occurrence."""

    rule: str
    start: Start
    closed: Closed
    anchor: Anchor

    def ask(self) -> None:
        next_occurrence(parse_rule(self.rule), self.start, self.closed, anchor=self.anchor)

    def seconds(self) -> float:
        began = time.thread_time_ns()
        self.ask()
        return (time.thread_time_ns() - began) / 1e9


def main() -> None:
    chosen = arguments(__doc__, "next_occurrence")
    write(chosen.out, {"next_occurrence_microseconds": measured()})


def measured() -> dict[str, Any]:
    """Return percentiles over all cases, and for the rule, anchor and age that are slowest."""
    on_time, late, first_ever = [], [], []
    by_rule: dict[str, dict[str, Any]] = {}
    for name, rule in RULES.items():
        found: dict[str, list[float]] = {"on time": [], "late": []}
        for years, anchor in itertools.product(AGES_YEARS, ("schedule", "completion")):
            in_time, longest = cases(rule, years, anchor)
            first_ever += [_unremembered(case) for case in (*in_time[:1], longest)]
            found["on time"] += _timed(in_time * ROUNDS)
            found["late"] += _timed([longest] * ON_TIME * ROUNDS)
        by_rule[name] = {kind: _short(samples) for kind, samples in found.items()}
        on_time += found["on time"]
        late += found["late"]
    return {
        "on_time": percentiles(on_time, 1e6),
        "everything_since_the_start_passed_over": percentiles(late, 1e6),
        "first_question_of_a_series": percentiles(first_ever, 1e6),
        "slowest_rule_p99": max(by_rule[name][kind]["p99"] for name in by_rule for kind in by_rule[name]),
        "rules": by_rule,
    }


def cases(rule: str, years: int, anchor: Anchor) -> tuple[list[Case], Case]:
    """Return the newest occurrences of a series of that age, closed on time, and its first, closed only now."""
    start = Start(_first_date(rule, dt.date(NOW.year - years, 1, 1)), dt.time(9), ZONE)
    past = list(itertools.takewhile(lambda o: o.at < NOW, occurrences(parse_rule(rule), start)))
    if not past:
        past = list(itertools.islice(occurrences(parse_rule(rule), start), 1))
    newest = [
        Case(rule, start, Closed(o.key, o.at + dt.timedelta(hours=1), ZONE, number), anchor)
        for number, o in list(enumerate(past, 1))[-ON_TIME:]
    ]
    return newest, Case(rule, start, Closed(past[0].key, NOW, ZONE), anchor)


def _first_date(rule: str, earliest: dt.date) -> dt.date:
    """A series starts on its pattern: the rule's first date from a day on."""
    return dt.date.fromordinal(next(grid_of(parse_rule(rule), earliest).dates(earliest.toordinal())))


def _timed(asked: list[Case]) -> Iterator[float]:
    gc.collect()
    return map(Case.seconds, asked)


def _unremembered(case: Case) -> float:
    """The time of a question whose rule was never seen before."""
    parse_rule.cache_clear()
    grid_of.cache_clear()
    return case.seconds()


def _short(samples: list[float]) -> dict[str, float]:
    found = percentiles(samples, 1e6)
    return {name: found[name] for name in ("p50", "p99")}


if __name__ == "__main__":
    main()
