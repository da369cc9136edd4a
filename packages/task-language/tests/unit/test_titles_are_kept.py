"""What looks like a date and is a part of the title: better no date than a wrong one."""

from __future__ import annotations

import datetime as dt

import pytest
from task_language import Moment, parse

NOON = Moment(dt.datetime(2026, 11, 21, 11, 0, tzinfo=dt.UTC), "Europe/Berlin")


@pytest.mark.parametrize(
    "line",
    [
        # Numbers, fractions, ranges and versions.
        "Read 1984",
        "Watch 24",
        "Read 2001: A Space Odyssey",
        "Buy 3/4 inch pipe",
        "Add 1/2 cup of flour",
        "Read chapter 3/4",
        "Pay invoice 04/2016",
        "Read pages 10-12",
        "Win 3-2 on points",
        "Buy 10 to 12 eggs",
        "Bring 5 to 7 friends",
        "Upgrade to python 3.12",
        "Turn -5 degrees",
        "Buy +1 ticket",
        "Meet at 10 Downing Street",
        "Meet at 1200 Main Street",
        "Send 11ish people away",
        "Return 16h of overtime",
        "Clean the 2nd floor",
        "Write on the 3rd page",
        "Open archive-2027-02-28.zip",
        "Fix http://example.org/2027-02-28/page",
        # Months and weekdays that are other words.
        "Call May",
        "May the force be with you",
        "March for science",
        "Buy 3 march magazines",
        "3 march magazines for Ada",
        "Buy 2 mar tickets",
        "Book a hotel in august",
        "Buy sun cream",
        "Buy sat nav",
        "Give Mon her keys",
        "Black friday shopping list",
        "Watch Good Friday sermon",
        "Friday's report draft",
        "Write the friday report",
        "Prepare tuesday standup notes",
        "Prepare slides for monday meeting",
        "Read Sunday Times",
        "Second sunday lunch",
        "Sunday roast",
        "Monday meeting",
        "Friday drinks with Ada",
        # Parts of the day and the near future as names.
        "Midnight snack ideas",
        "Watch Apocalypse Now",
        "Watch the Tonight show",
        "Get a second opinion",
        "Be back in a second",
        "48 hours later film",
        "Plan next year budget",
        "Write end of month report",
        "Plan the end of year party",
        "Buy food for the weekend",
        # Lengths of time that are none to wait.
        "Meditate for 10 minutes",
        "Write a 5 minute talk",
        "Watch 60 Minutes",
        "Sleep 8 hours",
        "Water plants in 2 rooms",
        # The past.
        "Fix the bug reported 2 days ago",
        "Sort the photos from last night at 8",
        "Summarise last friday",
        "Read what was new in the previous week",
        # What no task can keep, or two people read in two ways.
        "Take pills 3 times a day",
        "Call Ada twice a week",
        "Call Ada every day at 10, 12 and 17",
        "Call Ada in two weeks on monday",
        "Call Ada first week of may on friday",
        "Call Ada every 30 minutes",
        "Gym mon, wed and fri at 7am",
        "Report on monday and friday",
        "Wait until monday",
        "Call Ada before friday at 5",
        "Travel from 1 july to 15 july",
    ],
)
def test_it_is_a_title(line: str) -> None:
    draft = parse(line, NOON)

    assert (draft.title, draft.date, draft.repeat, draft.spans) == (line, None, None, ())


@pytest.mark.parametrize(
    ("line", "title", "date"),
    [
        ("Read 1984 tomorrow", "Read 1984", "2026-11-22"),
        ("Sunday roast tomorrow", "Sunday roast", "2026-11-22"),
        ("Sunday roast on friday", "Sunday roast", "2026-11-27"),
        ("Sunday call mum", "call mum", "2026-11-22"),
        ("Sunday 17:00 roast", "roast", "2026-11-22"),
        ("Roast sunday", "Roast", "2026-11-22"),
        ("Move monday meeting to friday", "Move monday meeting to", "2026-11-27"),
        ("Meet Bob from 3pm to 4pm tomorrow", "Meet Bob from 3pm to 4pm", "2026-11-22"),
        ("Meet Bob between 3pm and 4pm on friday", "Meet Bob between 3pm and 4pm", "2026-11-27"),
        ("Fix the bug reported 2 days ago by friday", "Fix the bug reported 2 days ago", "2026-11-27"),
        ("Take pills 3 times a day from tomorrow", "Take pills 3 times a day from", "2026-11-22"),
    ],
)
def test_a_date_beside_it_is_read(line: str, title: str, date: str) -> None:
    draft = parse(line, NOON)

    assert (draft.title, draft.date and draft.date.isoformat()) == (title, date)
