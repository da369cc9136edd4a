"""How long the rules take to name the next date: `python -m tests.benchmarks.next_occurrence`.

A fixed set of rules of every kind, both anchors, series that are 1 to 10,000 occurrences old (or as old as a calendar
can be). Closed on time, occurrence by occurrence, and once as late as can be: the very first one, with everything since
then passed over. Beside them what python-dateutil and the npm package rrule take for `after(now)` of the same series,
where they know the rule; what a preview of ten dates takes; and what rules made up by a stranger take, to be refused or
dated, never seen before. `--rules FILE` (lines of JSON with an `rrule`) asks the same of the rules of a file.
Pure code, no platform. Writes docs/benchmarks/next_occurrence.json, in microseconds.
"""

from __future__ import annotations

import datetime as dt
import gc
import itertools
import json
import random
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from recurrence_rules import Closed, RecurrenceError, Start, next_occurrence, occurrences, parse_rule, preview
from recurrence_rules.closing import Anchor
from recurrence_rules.grid import grid_of
from recurrence_rules.rule import Frequency
from recurrence_rules.year import years_of

from tests.benchmarks.figures import percentiles
from tests.benchmarks.report import arguments, write
from tests.benchmarks.rules_beside import Question, dateutil, npm_rrule

NOW = dt.datetime(2026, 6, 17, 10, 0, tzinfo=dt.UTC)
ZONE = "Europe/Berlin"
AGES = (1, 10, 100, 1_000, 10_000)
"""In occurrences of the rule, about."""
FIRST_YEAR = 2
ON_TIME = 20
"""The newest occurrences of a series, each closed an hour after it was due."""
ROUNDS = 20
HOSTILE = 20_000
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
    "every 6 hours": "FREQ=HOURLY;INTERVAL=6",
    "every second day that is a workday": "FREQ=DAILY;INTERVAL=2;BYDAY=MO,TU,WE,TH,FR",
    "the last workday of the month": "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    "the second workday of every third month": "FREQ=MONTHLY;INTERVAL=3;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=2",
    "the first two workdays of the week": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1,2",
    "monthly on the 31st, else the first after": "RSCALE=GREGORIAN;FREQ=MONTHLY;BYMONTHDAY=31;SKIP=FORWARD",
    "yearly on the 100th and the last day": "FREQ=YEARLY;BYYEARDAY=100,-1",
    "yearly on the 20th Monday": "FREQ=YEARLY;BYDAY=20MO",
    "Monday and Friday of weeks 1, 20 and 53": "FREQ=YEARLY;BYWEEKNO=1,20,53;BYDAY=MO,FR",
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
        return _seconds(self.ask)


def main() -> None:
    chosen = arguments(__doc__, "next_occurrence", rules=Path())
    figures = measured(RULES)
    figures["hostile_rules_first_seen"] = percentiles(list(_hostile()), 1e6)
    if chosen.rules != Path():
        figures["rules_of_a_file"] = _of_a_file(chosen.rules)
    write(chosen.out, {"next_occurrence_microseconds": figures})


def measured(rules: Mapping[str, str]) -> dict[str, Any]:
    """Return percentiles over all cases, and for the rule, anchor and age that are slowest."""
    on_time, late, first_ever = [], [], []
    by_rule: dict[str, dict[str, Any]] = {}
    ours: dict[int, list[float]] = {age: [] for age in AGES}
    asked: dict[int, list[Question]] = {age: [] for age in AGES}
    previews: list[float] = []
    for name, rule in rules.items():
        found: dict[str, list[float]] = {"on time": [], "late": []}
        for age, anchor in itertools.product(AGES, ("schedule", "completion")):
            in_time, longest = cases(rule, age, anchor)
            if anchor == "schedule" and "RSCALE" not in rule:
                ours[age] += _timed([longest] * ON_TIME)
                asked[age].append((rule, longest.start))
            previews.append(_seconds(lambda start=longest.start, rule=rule: preview(parse_rule(rule), start, 10)))
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
        "beside_others_by_age": {
            str(age): {
                "ours": _short(ours[age]),
                "dateutil": _short(dateutil(asked[age], NOW)),
                "npm_rrule": _short(npm_rrule(asked[age], NOW)),
            }
            for age in AGES
        },
        "preview_of_ten": percentiles(previews, 1e6),
        "rules": by_rule,
    }


def _of_a_file(path: Path) -> dict[str, Any]:
    """Return the same of the rules of a file, each once, without an end that would keep them from growing old."""
    told = {json.loads(line)["rrule"] for line in path.read_text().splitlines()}
    endless = {re.sub(r"COUNT=\d+", "COUNT=9999", re.sub(r";?UNTIL=[^;]*", "", rule)) for rule in told}
    accepted = {rule: rule for rule in sorted(endless) if _is_accepted(rule)}
    found = measured(accepted)
    kept = ("on_time", "everything_since_the_start_passed_over", "slowest_rule_p99", "preview_of_ten")
    slowest = sorted(found["rules"], key=lambda rule: -max(k["p99"] for k in found["rules"][rule].values()))[:5]
    return {
        "rules": len(endless),
        "accepted": len(accepted),
        **{name: found[name] for name in (*kept, "beside_others_by_age")},
        "slowest": {rule: found["rules"][rule] for rule in slowest},
    }


def _is_accepted(rule: str) -> bool:
    try:
        return bool(preview(parse_rule(rule), Start(dt.date(2000, 1, 1), dt.time(9), ZONE), 20)[19:])
    except RecurrenceError:
        return False


def cases(rule: str, age: int, anchor: Anchor) -> tuple[list[Case], Case]:
    """Return the newest occurrences of a series of that age, closed on time, and its first, closed only now."""
    days = age * _days_apart(rule)
    earliest = NOW.date().toordinal() - int(days)
    begin = dt.date.fromordinal(max(earliest, dt.date(FIRST_YEAR, 1, 1).toordinal()))
    start = Start(begin if "HOURLY" in rule else _first_date(rule, begin), dt.time(9), ZONE)
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
    years_of.cache_clear()
    return case.seconds()


def _seconds(ask: Callable[[], object]) -> float:
    began = time.thread_time_ns()
    ask()
    return (time.thread_time_ns() - began) / 1e9


def _days_apart(rule: str) -> float:
    """Return about how many days lie between two dates of a rule."""
    start = Start(dt.date(2000, 1, 1), dt.time(9), ZONE)
    some = list(itertools.islice(occurrences(parse_rule(rule), start), 20))
    return (some[-1].at - some[0].at) / dt.timedelta(days=1) / (len(some) - 1)


def _hostile() -> Iterator[float]:
    """What rules of random parts take: to be refused, or to be checked, previewed and asked for the next date."""
    chance = random.Random(1)
    for _ in range(HOSTILE):
        text = _any_rule(chance)
        start = Start(dt.date(chance.choice([1900, 1999, 2026]), chance.randint(1, 12), 28), dt.time(9), ZONE)
        for remembered in (grid_of, years_of):
            remembered.cache_clear()
        yield _seconds(lambda text=text, start=start: _refused_or_dated(text, start))


def _refused_or_dated(text: str, start: Start) -> None:
    try:
        rule = parse_rule(text)
        first = preview(rule, start, 10)[0]
    except RecurrenceError:
        return
    next_occurrence(rule, start, Closed(first.key, NOW, ZONE))


def _any_rule(chance: random.Random) -> str:
    def numbers(highest: int, most: int) -> str:
        return ",".join(
            str(chance.choice([-1, 1]) * chance.randint(1, highest)) for _ in range(chance.randint(1, most))
        )

    days = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
    frequency = chance.choice([*Frequency])
    parts = {
        "INTERVAL": str(chance.choice([2, 7, 13, 73, 365, 773, 999])),
        "BYDAY": ",".join(
            chance.choice(["", "", "5", "-53"]) + day for day in chance.sample(days, chance.randint(1, 7))
        ),
        "BYMONTHDAY": numbers(31, 20),
        "BYMONTH": ",".join(map(str, chance.sample(range(1, 13), chance.randint(1, 12)))),
        "BYYEARDAY": numbers(366, 20),
        "BYWEEKNO": numbers(53, 30),
        "BYSETPOS": numbers(chance.choice([3, 31, 366]), 6),
        "WKST": chance.choice(days),
        "RSCALE=GREGORIAN;SKIP": chance.choice(["OMIT", "BACKWARD", "FORWARD"]),
        "UNTIL": chance.choice(["99991231", "20260101", "19000101"]),
    }
    chosen = chance.sample([*parts], chance.randint(0, 5))
    if frequency is not Frequency.YEARLY:
        chosen = [name for name in chosen if name not in ("BYYEARDAY", "BYWEEKNO")]
    return ";".join([f"FREQ={frequency}", *(f"{name}={parts[name]}" for name in chosen)])


def _short(samples: list[float]) -> dict[str, float]:
    found = percentiles(samples, 1e6)
    return {name: found[name] for name in ("p50", "p99")}


if __name__ == "__main__":
    main()
