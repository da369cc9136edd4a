"""English: every month on the last Friday, at 17:00 Berlin time."""

from __future__ import annotations

from collections.abc import Mapping

from recurrence_rules.phrases import Either, Keyed, Number, Phrase, Template, among
from recurrence_rules.rule import Skip
from recurrence_rules.vocabulary import (
    ANY_DAY,
    WEEKEND_DAY,
    WORKDAY,
    Clock,
    counted,
    date,
    every,
    moved,
    numbered,
    one_or_more,
    places,
    rows,
    units,
)

_DAYS = numbered("Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday")
_MONTHS = numbered(
    "January, February, March, April, May, June, July, August, September, October, November, December", 1
)


def _ordinal(number: int) -> str:
    teens = number % 100 in (11, 12, 13)
    return f"{number}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def _count(nth: int) -> str:
    if nth == -1:
        return "last"
    return f"{_ordinal(-nth)} last" if nth < 0 else _ordinal(nth)


def _month_day(day: int) -> str:
    return f"{_count(day)} day" if day < 0 else _ordinal(day)


_counts = rows(counted(_count), "and")
_weekdays = rows(among(_DAYS), "and")
_months = rows(among(_MONTHS), "and")
_month_days = rows(counted(_month_day), "and")
_year_days = Template("{n} day of the year", n=_counts)
_groups = rows(Keyed({day: Template(f"the {{n}} {name}", n=_counts) for day, name in _DAYS.items()}), "and")
_sets = {WORKDAY: "workday", WEEKEND_DAY: "weekend day", ANY_DAY: "day"}
_date = date("{day} {month} {year}", Number(), _MONTHS)

ENGLISH: Mapping[str, Phrase] = {
    "every": every(
        units("every hour, every day, every week, every month, every year"),
        units("every {n} hours, every {n} days, every {n} weeks, every {n} months, every {n} years"),
    ),
    "every_workday": Template("every workday"),
    "only": Template(", only"),
    "set_positions": Keyed({key: Template(f" on the {{n}} {name}", n=_counts) for key, name in _sets.items()}),
    "day_positions": Template(" on the {n} {days}", n=_counts, days=rows(among(_DAYS), "or")),
    "positions": Template(" on the {n} of these days:", n=_counts),
    "weeks": one_or_more(
        Template(" in week {n}", n=rows(Number(), "and")), Template(" in weeks {n}", n=rows(Number(), "and"))
    ),
    "counted_weeks": Template(" in the {n} week", n=_counts),
    "workdays": Template(" on workdays"),
    "weekdays": Template(" on {days}", days=_weekdays),
    "each_weekday": Template(" on every {days}", days=_weekdays),
    "counted_weekdays": Template(" on {days}", days=_groups),
    "and_counted_weekdays": Template(" and on {days}", days=_groups),
    "year_days": Template(" on the {days}", days=_year_days),
    "if_year_days": Template(" that is the {days}", days=_year_days),
    "dates": Template(" on the {days} of {months}", days=_month_days, months=_months),
    "if_dates": Template(" that is the {days} of {months}", days=_month_days, months=_months),
    "month_days": Template(" on the {days}", days=_month_days),
    "if_month_days": Template(" that is the {days}", days=_month_days),
    "of_month": Template(" of the month"),
    "months_of_days": Template(" of {months}", months=_months),
    "months_of": Template(" of {months}", months=_months),
    "months_in": Template(" in {months}", months=_months),
    "skip": moved(
        {
            (Skip.BACKWARD, True): "the last day of shorter {}",
            (Skip.FORWARD, True): "the first day after shorter {}",
            (Skip.BACKWARD, False): "the day before shorter {}",
            (Skip.FORWARD, False): "the first day of shorter {}",
        },
        {"month": "months", "year": "years"},
    ),
    "weeks_begin": Template(" (weeks begin on {day})", day=among(_DAYS)),
    "after_done": Template(" after it was done"),
    "at": Template(", at {time} {zone} time", time=Clock(), zone=places()),
    "from": Template(", from {time} {zone} time", time=Clock(), zone=places()),
    "on_holiday": among(
        {
            "skip": ", skipping public holidays",
            "before": ", moved to the workday before a public holiday",
            "after": ", moved to the workday after a public holiday",
        }
    ),
    "times": Either(among({1: ", once"}), Template(", {n} times", n=Number())),
    "until_day": Template(", until {date}", date=_date),
    "until_wall": Template(", until {date} at {time}", date=_date, time=Clock()),
    "until_instant": Template(", until {date} at {time} {zone} time", date=_date, time=Clock(), zone=places()),
}
