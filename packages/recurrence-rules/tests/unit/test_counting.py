"""Counting dates without stepping through them gives what stepping gives."""

from __future__ import annotations

import datetime as dt
import random
from itertools import takewhile

import pytest
from recurrence_rules import parse_rule
from recurrence_rules.grid import Grid

RULES = [
    "FREQ=DAILY",
    "FREQ=DAILY;INTERVAL=7;BYMONTH=2,12",
    "FREQ=DAILY;BYMONTH=6,7,8",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU",
    "FREQ=WEEKLY;BYMONTH=1,6",
    "FREQ=WEEKLY;INTERVAL=3;BYDAY=MO,WE;BYMONTH=1,3,5,7,9,11",
    "FREQ=MONTHLY;BYMONTHDAY=-1",
    "FREQ=MONTHLY;INTERVAL=5;BYDAY=2TU,-1FR",
    "FREQ=MONTHLY;INTERVAL=14;BYMONTHDAY=29,30,31",
    "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    "FREQ=MONTHLY;INTERVAL=7;BYDAY=MO,TU;BYSETPOS=2,-1",
    "RSCALE=GREGORIAN;FREQ=MONTHLY;BYMONTHDAY=1,31;SKIP=FORWARD",
    "FREQ=WEEKLY;INTERVAL=5;BYDAY=MO,SA,SU;BYSETPOS=-1;WKST=SU",
    "FREQ=DAILY;INTERVAL=3;BYDAY=MO,TU;BYMONTHDAY=1,2,3,4,5,6,7",
    "FREQ=YEARLY;BYYEARDAY=1,60,366",
    "RSCALE=GREGORIAN;FREQ=YEARLY;BYYEARDAY=1,366;SKIP=FORWARD",
    "RSCALE=GREGORIAN;FREQ=YEARLY;INTERVAL=3;BYYEARDAY=-366;SKIP=BACKWARD",
    "FREQ=YEARLY;BYWEEKNO=1,53;BYDAY=MO,SU",
    "FREQ=YEARLY;INTERVAL=4;BYDAY=TU;BYSETPOS=10,-10",
    "FREQ=YEARLY",
    "FREQ=YEARLY;INTERVAL=3;BYMONTH=2;BYMONTHDAY=29",
    "FREQ=YEARLY;BYMONTH=1,2,3,4,5,6,7,8,9,10,11,12;BYDAY=MO,TU,WE,TH,FR,SA,SU",
]


@pytest.mark.parametrize("rule", RULES)
def test_counting_is_stepping(rule: str) -> None:
    chance = random.Random(rule)
    grid = Grid(parse_rule(rule), dt.date(1996, 3, 29))
    start, end = dt.date(1996, 1, 1).toordinal(), dt.date(2031, 12, 31).toordinal()
    dates = list(takewhile(lambda day: day <= end + 40, grid.dates(start)))
    spans = [(start, end), (start, start), (end, start), (dates[0], dates[0])]
    spans += [tuple(sorted(chance.choices(range(start, end + 1), k=2))) for _ in range(60)]
    spans += [(day, day + chance.randrange(40)) for day in chance.sample(dates, min(20, len(dates)))]
    for first, last in spans:
        assert grid.count(first, last) == sum(first <= day <= last for day in dates), (first, last)
