"""Español: cada mes el último viernes, a las 17:00 (hora de Berlin)."""

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
    numbered,
    one_or_more,
    places,
    rows,
    units,
)

_DAYS = numbered("lunes, martes, miércoles, jueves, viernes, sábado, domingo")
_EACH = numbered("lunes, martes, miércoles, jueves, viernes, sábados, domingos")
_MONTHS = numbered(
    "enero, febrero, marzo, abril, mayo, junio, julio, agosto, septiembre, octubre, noviembre, diciembre", 1
)
_FAR = " empezando por el final"


def _count(nth: int, *, feminine: bool = False) -> str:
    """Return a place with its article, as it stands before a noun; what is far from the end needs _FAR behind it."""
    article, ending = ("la", "a") if feminine else ("el", "o")
    if nth == -1:
        return f"{article} últim{ending}"
    if nth == -2:
        return f"{article} penúltim{ending}"
    shortened = abs(nth) % 10 in (1, 3)
    return f"{article} {abs(nth)}.{'ª' if feminine else 'er' if shortened else 'º'}"


def _counts_of(noun: str, *, feminine: bool = False) -> Phrase:
    """Return "el 1.er y el 3.er lunes"; far from the end each has the noun: "el 4.º lunes empezando por el final"."""

    def alone(nth: int) -> str:
        return f"{_count(nth, feminine=feminine)} {noun}{'' if nth >= -2 else _FAR}"

    places_in_row = rows(counted(lambda nth: _count(nth, feminine=feminine)), "y")
    return Either(Only(near, Template(f"{{n}} {noun}", n=places_in_row)), rows(counted(alone), "y"))


def _month_day(day: int) -> str:
    return f"el día {day}" if day > 0 else f"{_count(day)} día{'' if day >= -2 else _FAR}"


_position = counted(lambda nth: _count(nth) + ("" if nth >= -2 else f" ({_FAR.strip()})"))
_weekdays = rows(among({day: f"el {name}" for day, name in _DAYS.items()}), "y")
_months = rows(among(_MONTHS), "y")
_month_days = rows(counted(_month_day), "y")
_dates = rows(Only(lambda day: day > 0, counted(lambda day: f"el {day}")), "y")
_year_days = _counts_of("día del año")
_groups = rows(Keyed({day: _counts_of(name) for day, name in _DAYS.items()}), "y")
_sets = {WORKDAY: "día laborable", WEEKEND_DAY: "día de fin de semana", ANY_DAY: "día"}
_date = date("{day} de {month} de {year}", Number(), _MONTHS)


def _hour(before_one: str, before_others: str) -> Phrase:
    """Return the phrase of a time with its article: a la 01:00, a las 02:00."""
    one = Only(lambda time: time.hour == 1, Template(f"{before_one} {{time}}", time=Clock()))
    return Either(one, Only(lambda time: time.hour != 1, Template(f"{before_others} {{time}}", time=Clock())))


_at = _hour("a la", "a las")

SPANISH: Mapping[str, Phrase] = {
    "every": every(
        units("cada hora, cada día, cada semana, cada mes, cada año"),
        units("cada {n} horas, cada {n} días, cada {n} semanas, cada {n} meses, cada {n} años"),
    ),
    "every_workday": Template("cada día laborable"),
    "only": Template(", solo"),
    "set_positions": Keyed({key: Template(" {n}", n=_counts_of(name)) for key, name in _sets.items()}),
    "day_positions": Template(" {n} {days}", n=rows(_position, "y"), days=rows(among(_DAYS), "o")),
    "positions": Template(" {n} de estos días:", n=rows(_position, "y")),
    "weeks": one_or_more(
        Template(" en la semana {n}", n=rows(Number(), "y")), Template(" en las semanas {n}", n=rows(Number(), "y"))
    ),
    "counted_weeks": Template(" en {n}", n=_counts_of("semana", feminine=True)),
    "workdays": Template(" los días laborables"),
    "weekdays": Template(" {days}", days=_weekdays),
    "each_weekday": Template(" todos los {days}", days=rows(among(_EACH), "y")),
    "counted_weekdays": Template(" {days}", days=_groups),
    "and_counted_weekdays": Template(" y {days}", days=_groups),
    "year_days": Template(" {days}", days=_year_days),
    "if_year_days": Template(", si es {days}", days=_year_days),
    "dates": Template(" {days} de {months}", days=_dates, months=_months),
    "if_dates": Template(", si es {days} de {months}", days=_dates, months=_months),
    "month_days": Template(" {days}", days=_month_days),
    "if_month_days": Template(", si es {days}", days=_month_days),
    "of_month": Template(" del mes"),
    "months_of_days": Template(" de {months}", months=_months),
    "months_of": Template(" de {months}", months=_months),
    "months_in": Template(" en {months}", months=_months),
    "skip": moved(
        {
            (Skip.BACKWARD, True): "el último día de los {}",
            (Skip.FORWARD, True): "el día siguiente a los {}",
            (Skip.BACKWARD, False): "el día anterior a los {}",
            (Skip.FORWARD, False): "el primer día de los {}",
        },
        {"month": "meses más cortos", "year": "años más cortos"},
    ),
    "weeks_begin": Template(" (las semanas empiezan el {day})", day=among(_DAYS)),
    "after_done": Template(" desde la última vez"),
    "at": Template(", {time} (hora de {zone})", time=_at, zone=places()),
    "from": Template(", {time} (hora de {zone})", time=_hour("desde la", "desde las"), zone=places()),
    "on_holiday": among(
        {
            "skip": ", salvo los festivos",
            "before": ", en festivos el día laborable anterior",
            "after": ", en festivos el día laborable siguiente",
        }
    ),
    "times": Either(among({1: ", una vez"}), Template(", {n} veces", n=Number())),
    "until_day": Template(", hasta el {date}", date=_date),
    "until_wall": Template(", hasta el {date} {time}", date=_date, time=_at),
    "until_instant": Template(", hasta el {date} {time} (hora de {zone})", date=_date, time=_at, zone=places()),
}
