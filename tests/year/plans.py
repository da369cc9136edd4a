"""Series as people might have them: each is told by its zone and a number, so that a failure can be lived again."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass
from typing import Any, Literal

Policy = Literal["next", "each"]

ZONES = [
    ("Europe/Berlin", 2026),
    ("America/New_York", 2026),
    ("Australia/Lord_Howe", 2025),  # half an hour
    ("Asia/Kathmandu", 2026),
    ("America/Sao_Paulo", 2018),  # clocks changed at midnight, for the last time in February 2019
    ("Pacific/Apia", 2011),  # had no 30 December
    ("Asia/Tehran", 2022),  # clocks changed at midnight, for the last time that year
    ("Antarctica/Troll", 2026),  # two hours
    ("America/Nuuk", 2026),  # from 23:00 to midnight
    ("Africa/Casablanca", 2026),  # an hour back for Ramadan
]
"""Each with the year that begins on some day of its January or February."""

ALIKE = {
    "RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=BACKWARD;BYMONTHDAY=31": ["FREQ=MONTHLY;BYMONTHDAY=-1"],
    "RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=FORWARD;BYMONTHDAY=31": [
        "FREQ=MONTHLY;BYMONTHDAY=31",
        "FREQ=YEARLY;BYMONTH=3,5,7,10,12;BYMONTHDAY=1",
    ],
    "RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=FORWARD;BYMONTHDAY=30": [
        "FREQ=MONTHLY;BYMONTHDAY=30",
        "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=1",
    ],
}
"""Rules that python-dateutil does not know, as rules that it knows and that have the same dates together."""

RULES = [
    "FREQ=DAILY",
    "FREQ=DAILY;INTERVAL=3",
    "FREQ=DAILY;COUNT=40",
    "FREQ=DAILY;INTERVAL=2;UNTIL={year}0620",
    "FREQ=DAILY;INTERVAL=2;BYDAY=MO,WE,SA",
    "FREQ=WEEKLY",
    "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,SA;WKST=SU",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;COUNT=11",
    "FREQ=MONTHLY;BYMONTHDAY=1,15",
    "FREQ=MONTHLY;BYMONTHDAY=-1",
    "FREQ=MONTHLY;BYMONTHDAY=31",
    "FREQ=MONTHLY;BYDAY=2TU,-1SU",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    "FREQ=MONTHLY;INTERVAL=5;BYMONTHDAY=30,31",
    "FREQ=YEARLY;BYMONTH=3,10;BYDAY=-1SU",
    "FREQ=YEARLY;BYMONTH=1,4,12;BYMONTHDAY=1,6,24,25,30",
    "FREQ=YEARLY;BYYEARDAY=1,88,298,364,365",
    "FREQ=YEARLY;BYWEEKNO=13,43,51;BYDAY=SU,SA",
    "FREQ=YEARLY;BYDAY=SU;BYSETPOS=12,13,43,44",
    *ALIKE,
]
AFTER_COMPLETION = [
    "FREQ=DAILY",
    "FREQ=DAILY;INTERVAL=10",
    "FREQ=WEEKLY;INTERVAL=2",
    "FREQ=MONTHLY",
    "FREQ=MONTHLY;INTERVAL=2;COUNT=5",
    "FREQ=WEEKLY;BYDAY=MO,TH",
    "FREQ=WEEKLY;INTERVAL=3;BYDAY=SA,SU",
    "FREQ=MONTHLY;BYMONTHDAY=31",
    "FREQ=MONTHLY;INTERVAL=2;BYDAY=1MO",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    "FREQ=YEARLY;BYMONTH=2,6,11;BYMONTHDAY=28,30",
]
HOURLY = ["FREQ=HOURLY;INTERVAL=8", "FREQ=HOURLY;INTERVAL=12", "FREQ=HOURLY;INTERVAL=30", "FREQ=HOURLY;INTERVAL=100"]
TIMES = [None, *(dt.time(h, m) for h, m in ((0, 0), (0, 30), (1, 45), (2, 0), (2, 30), (3, 0), (9, 0), (23, 30)))]
COUNTRIES = [("DE", "BY"), ("DE", None), ("US", None), ("BR", None), ("MA", None), ("CN", None), ("SA", None)]


@dataclass(frozen=True, slots=True)
class Plan:
    """One series, its person's place in the world, and how that person works it off.

    `early` and `late` bound how far from its due something is closed; `away` is how long recurring-task-service may be
    away before it does what is due.
    """

    zone: str
    day_zone: str
    rule: str
    start: dt.date
    time: dt.time | None
    anchor: Literal["schedule", "completion"] = "schedule"
    missed: Policy = "next"
    trigger: Literal["on_completion", "on_schedule"] = "on_completion"
    on_holiday: Literal["ignore", "skip", "before", "after"] = "ignore"
    country: tuple[str, str | None] | None = None
    exdates: tuple[str, ...] = ()
    rdates: tuple[str, ...] = ()
    reminders: tuple[int, ...] = ()
    early: dt.timedelta = dt.timedelta()
    late: dt.timedelta = dt.timedelta()
    away: dt.timedelta = dt.timedelta()

    @property
    def hourly(self) -> bool:
        return self.rule.startswith("FREQ=HOURLY")


def plan_of(zone: str, year: int, number: int) -> tuple[Plan, random.Random]:
    """Return the series of that number in a zone, and the chance by which its year goes."""
    chance = random.Random(f"{zone} {number}")
    rules = {"completion": AFTER_COMPLETION, "hours": HOURLY}
    start = dt.date(year, 1, 1) + dt.timedelta(days=chance.randrange(59))
    kind = chance.choices(["schedule", "completion", "on_schedule", "hours"], [45, 25, 24, 6])[0]
    country = chance.choice([None, None, *COUNTRIES])
    made: dict[str, Any] = {
        "zone": zone,
        "day_zone": chance.choice([zone, zone, zone, chance.choice(ZONES)[0]]),
        "rule": chance.choice(rules.get(kind, RULES)).format(year=year),
        "start": start,
        "time": chance.choice(TIMES[1:] if kind == "hours" else TIMES),
        "anchor": "completion" if kind == "completion" else "schedule",
        "missed": chance.choice(["next", "next", "each"]),
        "trigger": "on_schedule" if kind == "on_schedule" else "on_completion",
        "country": country,
        "on_holiday": chance.choice(["ignore", "skip", "before", "after"]) if country else "ignore",
        "reminders": tuple(chance.sample([0, 30, 600, 1500], chance.choice([0, 0, 1, 2]))),
        "early": dt.timedelta(hours=chance.choice([0, 0, 5, 80])),
        "late": dt.timedelta(hours=chance.choice([0, 1, 7, 30, 24 * 9])),
        "away": dt.timedelta(hours=chance.choice([0, 0, 5, 24 * 6])),
    }
    if kind == "hours":
        made["on_holiday"] = "skip" if country else "ignore"
    elif chance.random() < 0.3:
        days = chance.sample(range(1, 330), 6)
        made["exdates"] = tuple(_wall(start, days[n], chance.choice([None, made["time"]])) for n in range(3))
        made["rdates"] = tuple(_wall(start, days[n], None) for n in range(3, 5))
    return Plan(**made), chance


def _wall(start: dt.date, days: int, time: dt.time | None) -> str:
    date = start + dt.timedelta(days=days)
    return date.isoformat() if time is None else f"{date.isoformat()}T{time.isoformat('seconds')}"
