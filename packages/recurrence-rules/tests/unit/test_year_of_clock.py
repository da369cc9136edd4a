"""A year of a simulated clock over ten zones: no occurrence is lost, doubled or moved.

Each series is worked off as people do: a clock goes on by some hours, what is due by then is closed late, and the next
one is asked for. What must come out is told by python-dateutil twice: rrule for the dates, its own reading of the zones
for the instants. RECURRENCE_SERIES=10000 takes as many series; usually it is a few hundred.
"""

from __future__ import annotations

import datetime as dt
import os
import random
from itertools import takewhile

import pytest
from dateutil import tz
from dateutil.rrule import rrulestr
from recurrence_rules import Closed, Next, Start, next_occurrence, occurrences, parse_rule

SERIES = int(os.environ.get("RECURRENCE_SERIES", "300"))
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
    ("Asia/Pyongyang", 2018),  # moved its clocks by half an hour for good
]
RULES = [
    "FREQ=DAILY",
    "FREQ=DAILY;INTERVAL=3",
    "FREQ=DAILY;INTERVAL=2;BYDAY=MO,WE,SA",
    "FREQ=WEEKLY",
    "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,SA;WKST=SU",
    "FREQ=MONTHLY;BYMONTHDAY=1,15",
    "FREQ=MONTHLY;BYMONTHDAY=-1",
    "FREQ=MONTHLY;BYDAY=2TU,-1SU",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    "FREQ=MONTHLY;INTERVAL=5;BYMONTHDAY=30,31",
    "FREQ=YEARLY;BYMONTH=3,10;BYDAY=-1SU",
    "FREQ=YEARLY;BYYEARDAY=1,88,298,364,365",
    "FREQ=YEARLY;BYWEEKNO=13,43,51;BYDAY=SU,SA",
    "FREQ=YEARLY;BYDAY=SU;BYSETPOS=12,13,43,44",
]
TIMES = [None, *(dt.time(h, m) for h, m in ((0, 0), (0, 30), (1, 45), (2, 0), (2, 30), (3, 0), (9, 0), (23, 30)))]


@pytest.mark.timeout(3600)
def test_a_year_of_clock() -> None:
    chance = random.Random(20260101)
    for _ in range(SERIES):
        zone, year = chance.choice(ZONES)
        begin = dt.date(year, 1, 1) + dt.timedelta(days=chance.randrange(60))
        start = Start(begin, chance.choice(TIMES), zone)
        text = chance.choice(RULES)
        until = dt.date(year + 1, 3, 1)
        expected = _expected(text, start, until)
        seen = f"{text} {start}"
        listed = takewhile(lambda one, until=until: one.key < until.isoformat(), occurrences(parse_rule(text), start))
        assert {one.key: one.at for one in listed} == expected, seen
        _work_off(text, start, expected, chance)


def _work_off(text: str, start: Start, expected: dict[str, dt.datetime], chance: random.Random) -> None:
    """Close what is due as a clock goes on; every date is had once or passed over, at its instant."""
    rule = parse_rule(text)
    missed = chance.choice(["next", "each"])
    late = dt.timedelta(hours=chance.choice([1, 7, 30, 24 * 9]))
    keys = list(expected)
    place = 0
    while place < len(keys):
        closed_at = expected[keys[place]] + late * chance.random()
        found = next_occurrence(rule, start, Closed(keys[place], closed_at, start.zone), missed=missed)
        assert isinstance(found, Next)
        ahead = place + 1 + found.passed_over
        if ahead >= len(keys):
            break
        assert (found.key, found.at) == (keys[ahead], expected[keys[ahead]]), (text, start, keys[place], closed_at)
        if missed == "each":
            assert found.passed_over == 0
        for passed in keys[place + 1 : ahead]:
            gone = expected[passed] <= closed_at or (start.time is None and _day(closed_at, start.zone) >= passed)
            assert gone, (text, start, passed, closed_at)
        place = ahead


def _expected(text: str, start: Start, until: dt.date) -> dict[str, dt.datetime]:
    """Return key and instant of all occurrences before a day, as python-dateutil tells them."""
    begin = dt.datetime.combine(start.date, start.time or dt.time())
    end = dt.datetime.combine(until, dt.time()) - dt.timedelta(seconds=1)
    walls = list(rrulestr(text, dtstart=begin).between(begin, end, inc=True))
    dates = {wall.date() for wall in walls}
    found: dict[str, dt.datetime] = {}
    for wall in walls:
        day = wall.date()
        if not tz.datetime_exists(dt.datetime.combine(day, dt.time(12)), tz.gettz(start.zone)):
            day += dt.timedelta(days=1)
            if day in dates:
                continue  # the zone left the whole day out, and the next one is had anyway
        if start.time is None:
            following = _instant(day + dt.timedelta(days=1), dt.time(), start.zone)
            found[wall.date().isoformat()] = following - dt.timedelta(seconds=1)
        else:
            found[wall.isoformat()] = _instant(day, start.time, start.zone)
    return found


def _instant(date: dt.date, time: dt.time, zone: str) -> dt.datetime:
    wall = dt.datetime.combine(date, time, tz.gettz(zone))
    return tz.resolve_imaginary(wall).astimezone(dt.UTC)


def _day(instant: dt.datetime, zone: str) -> str:
    return instant.astimezone(tz.gettz(zone)).date().isoformat()
