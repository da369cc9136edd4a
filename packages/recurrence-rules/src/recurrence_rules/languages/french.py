"""Français : tous les mois le dernier vendredi, à 17:00 (heure de Berlin)."""

from __future__ import annotations

from collections.abc import Mapping

from recurrence_rules.phrases import Either, Keyed, Number, Only, Phrase, Template, among
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
    near,
    nths,
    numbered,
    one_or_more,
    places,
    rows,
    units,
)

_DAYS = numbered("lundi, mardi, mercredi, jeudi, vendredi, samedi, dimanche")
_MONTHS = numbered("janvier, février, mars, avril, mai, juin, juillet, août, septembre, octobre, novembre, décembre", 1)
_FAR = " en partant de la fin"


def _count(nth: int, *, feminine: bool = False) -> str:
    """Return a place with its article; what is far from the end needs _FAR behind its noun."""
    article = "la" if feminine else "le"
    if nth == -1:
        return f"{article} {'dernière' if feminine else 'dernier'}"
    if nth == -2:
        return f"l'avant-{'dernière' if feminine else 'dernier'}"
    if nth == 1:
        return f"{article} {'1re' if feminine else '1er'}"
    return f"{article} {abs(nth)}e"


def _counts_of(noun: str, *, feminine: bool = False) -> Phrase:
    """Return "le 1er et le 3e lundi"; far from the end each has the noun: "le 4e lundi en partant de la fin"."""

    def alone(nth: int) -> str:
        return f"{_count(nth, feminine=feminine)} {noun}{'' if nth >= -2 else _FAR}"

    places_in_row = rows(counted(lambda nth: _count(nth, feminine=feminine)), "et")
    return Either(Only(near, Template(f"{{n}} {noun}", n=places_in_row)), rows(counted(alone), "et"))


def _month_day(day: int) -> str:
    if day > 0:
        return "le 1er" if day == 1 else f"le {day}"
    return f"{_count(day)} jour{'' if day >= -2 else _FAR}"


def _of(name: str) -> str:
    return f"d'{name}" if name[0] in "aoAEIOUÉ" else f"de {name}"


_position = counted(lambda nth: _count(nth) + ("" if nth >= -2 else f" ({_FAR.strip()})"))
_weekdays = rows(among({day: f"le {name}" for day, name in _DAYS.items()}), "et")
_months = rows(among(_MONTHS), "et")
_of_months = rows(among({month: _of(name) for month, name in _MONTHS.items()}), "et")
_month_days = rows(counted(_month_day), "et")
_year_days = _counts_of("jour de l'année")
_groups = rows(Keyed({day: _counts_of(name) for day, name in _DAYS.items()}), "et")
_sets = {WORKDAY: "jour ouvré", WEEKEND_DAY: "jour de week-end", ANY_DAY: "jour"}
_first = among({nth: "1er" if nth == 1 else str(nth) for nth in nths() if 0 < nth < 32})
_date = date("{day} {month} {year}", _first, _MONTHS)
_place = places(_of)

FRENCH: Mapping[str, Phrase] = {
    "every": every(
        units("toutes les heures, tous les jours, toutes les semaines, tous les mois, tous les ans"),
        units(
            "toutes les {n} heures, tous les {n} jours, toutes les {n} semaines, tous les {n} mois, tous les {n} ans"
        ),
    ),
    "every_workday": Template("tous les jours ouvrés"),
    "only": Template(", seulement"),
    "set_positions": Keyed({key: Template(" {n}", n=_counts_of(name)) for key, name in _sets.items()}),
    "day_positions": Template(" {n} {days}", n=rows(_position, "et"), days=rows(among(_DAYS), "ou")),
    "positions": Template(" {n} de ces jours :", n=rows(_position, "et")),
    "weeks": one_or_more(
        Template(" la semaine {n}", n=rows(Number(), "et")), Template(" les semaines {n}", n=rows(Number(), "et"))
    ),
    "counted_weeks": Template(" {n}", n=_counts_of("semaine", feminine=True)),
    "workdays": Template(" les jours ouvrés"),
    "weekdays": Template(" {days}", days=_weekdays),
    "each_weekday": Template(
        " tous les {days}", days=rows(among({day: f"{name}s" for day, name in _DAYS.items()}), "et")
    ),
    "counted_weekdays": Template(" {days}", days=_groups),
    "and_counted_weekdays": Template(" ainsi que {days}", days=_groups),
    "year_days": Template(" {days}", days=_year_days),
    "if_year_days": Template(", si c'est {days}", days=_year_days),
    "dates": Template(" {days} {months}", days=_month_days, months=_months),
    "if_dates": Template(", si c'est {days} {months}", days=_month_days, months=_months),
    "month_days": Template(" {days}", days=_month_days),
    "if_month_days": Template(", si c'est {days}", days=_month_days),
    "of_month": Template(" du mois"),
    "months_of_days": Template(" {months}", months=_of_months),
    "months_of": Template(" {months}", months=_of_months),
    "months_in": Template(" en {months}", months=_months),
    "skip": moved(
        {
            (Skip.BACKWARD, True): "le dernier jour des {}",
            (Skip.FORWARD, True): "le lendemain des {}",
            (Skip.BACKWARD, False): "la veille des {}",
            (Skip.FORWARD, False): "le premier jour des {}",
        },
        {"month": "mois plus courts", "year": "années plus courtes"},
    ),
    "weeks_begin": Template(" (les semaines commencent le {day})", day=among(_DAYS)),
    "after_done": Template(" à compter de la dernière fois"),
    "at": Template(", à {time} (heure {zone})", time=Clock(), zone=_place),
    "from": Template(", à partir de {time} (heure {zone})", time=Clock(), zone=_place),
    "on_holiday": among(
        {
            "skip": ", sauf les jours fériés",
            "before": ", les jours fériés le jour ouvré précédent",
            "after": ", les jours fériés le jour ouvré suivant",
        }
    ),
    "times": Either(among({1: ", une fois"}), Template(", {n} fois", n=Number())),
    "until_day": Template(", jusqu'au {date}", date=_date),
    "until_wall": Template(", jusqu'au {date} à {time}", date=_date, time=Clock()),
    "until_instant": Template(", jusqu'au {date} à {time} (heure {zone})", date=_date, time=Clock(), zone=_place),
}
