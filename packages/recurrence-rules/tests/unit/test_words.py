"""What rules are called. What a rule leaves out is said, too, since it comes from the start."""

from __future__ import annotations

import datetime as dt

import pytest
from recurrence_rules import Start, describe, parse_rule


@pytest.mark.parametrize(
    ("text", "start", "words"),
    [
        ("FREQ=DAILY", "2026-05-01", "every day"),
        ("FREQ=HOURLY", "2026-05-01T09:00", "every hour, from 09:00 Berlin time"),
        ("FREQ=HOURLY;INTERVAL=6;COUNT=3", "2026-05-01T09:00", "every 6 hours, from 09:00 Berlin time, 3 times"),
        ("FREQ=DAILY;INTERVAL=3;COUNT=10", "2026-05-01", "every 3 days, 10 times"),
        ("FREQ=DAILY;COUNT=1", "2026-05-01", "every day, once"),
        ("FREQ=WEEKLY", "2026-05-01", "every week on Friday"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "2026-05-01", "every workday"),
        ("FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", "2026-05-01T07:30", "every workday, at 07:30 Berlin time"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO,WE", "2026-05-01", "every 2 weeks on Monday, Wednesday and Sunday"),
        ("FREQ=MONTHLY", "2026-05-01", "every month on the 1st"),
        ("FREQ=MONTHLY", "2026-05-31", "every month on the 31st"),
        (
            "RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=BACKWARD",
            "2026-05-31",
            "every month on the 31st (the last day of shorter months)",
        ),
        ("FREQ=MONTHLY;BYMONTHDAY=-1,-2", "2026-05-31", "every month on the 2nd last day and last day"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "2026-05-29T17:00", "every month on the last Friday, at 17:00 Berlin time"),
        ("FREQ=MONTHLY;INTERVAL=3;BYDAY=2TU,3TU", "2026-05-01", "every 3 months on the 2nd and 3rd Tuesday"),
        ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "2026-05-01", "every month on Friday that is the 13th"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2026-05-29", "every month on the last workday"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1,2", "2026-05-29", "every month on the 2nd and last workday"),
        ("FREQ=MONTHLY;BYDAY=SA,SU;BYSETPOS=1", "2026-05-02", "every month on the 1st weekend day"),
        (
            "FREQ=MONTHLY;BYDAY=TU,WE,TH;BYSETPOS=3",
            "2026-05-01",
            "every month on the 3rd Tuesday, Wednesday or Thursday",
        ),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2026-05-01", "every week on the last workday"),
        (
            "FREQ=YEARLY;BYMONTH=3;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1",
            "2026-05-01",
            "every year on the 1st workday of March",
        ),
        (
            "FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1",
            "2026-05-01",
            "every month on the last of these days: on the 28th, 29th and 30th",
        ),
        ("FREQ=YEARLY;BYYEARDAY=-1,100", "2026-05-01", "every year on the 100th and last day of the year"),
        ("FREQ=YEARLY;BYYEARDAY=100;BYDAY=MO", "2026-05-01", "every year on Monday that is the 100th day of the year"),
        ("FREQ=YEARLY;BYWEEKNO=20", "2026-05-14", "every year in week 20 on Thursday"),
        ("FREQ=YEARLY;BYWEEKNO=1,53;BYDAY=MO", "2026-05-14", "every year in weeks 1 and 53 on Monday"),
        ("FREQ=YEARLY;BYWEEKNO=-1;BYDAY=FR", "2026-05-14", "every year in the last week on Friday"),
        ("FREQ=YEARLY;BYDAY=20MO", "2026-05-14", "every year on the 20th Monday"),
        (
            "RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=FORWARD",
            "2026-05-31",
            "every month on the 31st (the first day after shorter months)",
        ),
        (
            "RSCALE=GREGORIAN;FREQ=YEARLY;BYYEARDAY=366;SKIP=BACKWARD",
            "2024-12-31",
            "every year on the 366th day of the year (the last day of shorter years)",
        ),
        ("FREQ=YEARLY", "2024-02-29", "every year on the 29th of February"),
        ("FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", "2026-01-01", "every year on the 4th Thursday of November"),
        ("FREQ=DAILY;BYMONTH=1,2", "2026-01-01", "every day in January and February"),
        ("FREQ=DAILY;UNTIL=20261231", "2026-01-01", "every day, until 31 December 2026"),
        ("FREQ=DAILY;UNTIL=20261231T233000Z", "2026-01-01", "every day, until 1 January 2027 at 00:30 Berlin time"),
    ],
)
def test_a_rule_in_words(text: str, start: str, words: str) -> None:
    wall = dt.datetime.fromisoformat(start)
    begin = Start(wall.date(), wall.time() if "T" in start else None, "Europe/Berlin")
    assert describe(parse_rule(text), begin) == words


def test_from_completion_says_so_and_leaves_the_day_out() -> None:
    start = Start(dt.date(2026, 5, 1), dt.time(9), "America/New_York")
    assert describe(parse_rule("FREQ=DAILY;INTERVAL=3"), start, anchor="completion") == (
        "every 3 days after it was done, at 09:00 New York time"
    )
    assert (
        describe(parse_rule("FREQ=HOURLY;INTERVAL=2"), start, anchor="completion") == "every 2 hours after it was done"
    )
    assert describe(parse_rule("FREQ=MONTHLY"), start, anchor="completion").startswith("every month after it was done")
