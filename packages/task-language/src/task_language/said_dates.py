"""The words that dates are said with, by language: one row of each table per language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from recurrence_rules import Language


@dataclass(frozen=True, slots=True)
class DateWords:
    """Days from Monday, months from January, near days by their distance, and the templates they stand in."""

    days: tuple[str, ...]
    months: tuple[str, ...]
    near: Mapping[int, str]
    date: str
    year: str
    place: str
    due: str
    before: str
    units: Mapping[str, tuple[str, str]]


def _row(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _units(week: str, day: str, hour: str, minute: str) -> dict[str, tuple[str, str]]:
    pairs = (tuple(each.split("/")) for each in (week, day, hour, minute))
    return {name: (pair[0], pair[-1]) for name, pair in zip(("week", "day", "hour", "minute"), pairs, strict=True)}


DATES: Mapping[Language, DateWords] = {
    "en": DateWords(
        _row("Mon Tue Wed Thu Fri Sat Sun"),
        _row("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"),
        {-1: "yesterday", 0: "today", 1: "tomorrow"},
        "{weekday} {day} {month}",
        "{date} {year}",
        "{words} {place} time",
        "when it is due",
        "{count} {unit} before",
        _units("week/weeks", "day/days", "hour/hours", "minute/minutes"),
    ),
    "de": DateWords(
        _row("Mo Di Mi Do Fr Sa So"),
        _row("Jan. Feb. März Apr. Mai Juni Juli Aug. Sept. Okt. Nov. Dez."),
        {-1: "gestern", 0: "heute", 1: "morgen"},
        "{weekday} {day}. {month}",
        "{date} {year}",
        "{words} Zeit von {place}",
        "zum Termin",
        "{count} {unit} vorher",
        _units("Woche/Wochen", "Tag/Tage", "Stunde/Stunden", "Minute/Minuten"),
    ),
    "fr": DateWords(
        _row("lun. mar. mer. jeu. ven. sam. dim."),
        _row("janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc."),
        {-1: "hier", 0: "aujourd'hui", 1: "demain"},
        "{weekday} {day} {month}",
        "{date} {year}",
        "{words} heure de {place}",
        "à l'échéance",
        "{count} {unit} avant",
        _units("semaine/semaines", "jour/jours", "heure/heures", "minute/minutes"),
    ),
    "es": DateWords(
        _row("lun mar mié jue vie sáb dom"),
        _row("ene feb mar abr may jun jul ago sept oct nov dic"),
        {-1: "ayer", 0: "hoy", 1: "mañana"},
        "{weekday} {day} {month}",
        "{date} {year}",
        "{words} hora de {place}",
        "a la hora prevista",
        "{count} {unit} antes",
        _units("semana/semanas", "día/días", "hora/horas", "minuto/minutos"),
    ),
    "vi": DateWords(
        ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật"),
        tuple(f"tháng {month}" for month in range(1, 13)),
        {-1: "hôm qua", 0: "hôm nay", 1: "ngày mai"},
        "{weekday} {day} {month}",
        "{date} năm {year}",
        "{words} giờ {place}",
        "đúng hạn",
        "trước {count} {unit}",
        _units("tuần", "ngày", "giờ", "phút"),
    ),
}
