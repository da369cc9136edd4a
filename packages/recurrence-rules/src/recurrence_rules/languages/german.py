"""Deutsch: jeden Monat am letzten Freitag, um 17:00 Uhr (Zeitzone Berlin)."""

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

_DAYS = numbered("Montag, Dienstag, Mittwoch, Donnerstag, Freitag, Samstag, Sonntag")
_MONTHS = numbered("Januar, Februar, März, April, Mai, Juni, Juli, August, September, Oktober, November, Dezember", 1)
_FROM_END = numbered(
    "letzten, vorletzten, drittletzten, viertletzten, fünftletzten, sechstletzten, siebtletzten, achtletzten, "
    "neuntletzten, zehntletzten, elftletzten, zwölftletzten",
    1,
)


def _count(nth: int) -> str:
    """Return a place in the dative, which has one ending for all genders after an article."""
    return f"{nth}." if nth > 0 else _FROM_END.get(-nth, f"{-nth}.-letzten")


def _month_day(day: int) -> str:
    return f"{day}." if day > 0 else f"{_count(day)} Tag"


_counts = rows(counted(_count), "und")
_weekdays = rows(among(_DAYS), "und")
_months = rows(among(_MONTHS), "und")
_month_days = rows(counted(_month_day), "und")
_year_days = Template("{n} Tag des Jahres", n=_counts)
_groups = rows(Keyed({day: Template(f"am {{n}} {name}", n=_counts) for day, name in _DAYS.items()}), "und")
_sets = {WORKDAY: "Arbeitstag", WEEKEND_DAY: "Wochenendtag", ANY_DAY: "Tag"}
_date = date("{day}. {month} {year}", Number(), _MONTHS)

GERMAN: Mapping[str, Phrase] = {
    "every": every(
        units("jede Stunde, jeden Tag, jede Woche, jeden Monat, jedes Jahr"),
        units("alle {n} Stunden, alle {n} Tage, alle {n} Wochen, alle {n} Monate, alle {n} Jahre"),
    ),
    "every_workday": Template("jeden Arbeitstag"),
    "only": Template(", nur"),
    "set_positions": Keyed({key: Template(f" am {{n}} {name}", n=_counts) for key, name in _sets.items()}),
    "day_positions": Template(" am {n} {days}", n=_counts, days=rows(among(_DAYS), "oder")),
    "positions": Template(" am {n} dieser Tage:", n=_counts),
    "weeks": one_or_more(
        Template(" in Kalenderwoche {n}", n=rows(Number(), "und")),
        Template(" in den Kalenderwochen {n}", n=rows(Number(), "und")),
    ),
    "counted_weeks": Template(" in der {n} Kalenderwoche", n=_counts),
    "workdays": Template(" an Arbeitstagen"),
    "weekdays": Template(" am {days}", days=_weekdays),
    "each_weekday": Template(" an jedem {days}", days=_weekdays),
    "counted_weekdays": Template(" {days}", days=_groups),
    "and_counted_weekdays": Template(" sowie {days}", days=_groups),
    "year_days": Template(" am {days}", days=_year_days),
    "if_year_days": Template(", dem {days}", days=_year_days),
    "dates": Template(" am {days} {months}", days=_month_days, months=_months),
    "if_dates": Template(", dem {days} {months}", days=_month_days, months=_months),
    "month_days": Template(" am {days}", days=_month_days),
    "if_month_days": Template(", dem {days}", days=_month_days),
    "of_month": Template(" des Monats"),
    "months_of_days": one_or_more(
        Template(" des Monats {months}", months=_months), Template(" der Monate {months}", months=_months)
    ),
    "months_of": Template(" im {months}", months=_months),
    "months_in": Template(" im {months}", months=_months),
    "skip": moved(
        {
            (Skip.BACKWARD, True): "in kürzeren {} am letzten Tag",
            (Skip.FORWARD, True): "nach kürzeren {} am Tag danach",
            (Skip.BACKWARD, False): "vor kürzeren {} am Tag davor",
            (Skip.FORWARD, False): "in kürzeren {} am ersten Tag",
        },
        {"month": "Monaten", "year": "Jahren"},
    ),
    "weeks_begin": Template(" (Wochen beginnen am {day})", day=among(_DAYS)),
    "after_done": Template(" nach Erledigung"),
    "at": Template(", um {time} Uhr (Zeitzone {zone})", time=Clock(), zone=places()),
    "from": Template(", ab {time} Uhr (Zeitzone {zone})", time=Clock(), zone=places()),
    "on_holiday": among(
        {
            "skip": ", nicht an Feiertagen",
            "before": ", an Feiertagen am Arbeitstag davor",
            "after": ", an Feiertagen am Arbeitstag danach",
        }
    ),
    "times": Either(among({1: ", einmal"}), Template(", {n}-mal", n=Number())),
    "until_day": Template(", bis zum {date}", date=_date),
    "until_wall": Template(", bis zum {date} um {time} Uhr", date=_date, time=Clock()),
    "until_instant": Template(
        ", bis zum {date} um {time} Uhr (Zeitzone {zone})", date=_date, time=Clock(), zone=places()
    ),
}
