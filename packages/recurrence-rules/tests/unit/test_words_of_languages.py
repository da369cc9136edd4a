"""What rules are called in German, French, Spanish and Vietnamese (English: test_words.py)."""

# ruff: noqa: E501 - one sentence a line
from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from recurrence_rules import DaysOff, Language, Start, describe, parse_rule

CASES: list[tuple[str, str, dict[str, str], dict[str, str]]] = [
    (
        "FREQ=HOURLY",
        "2026-05-01T01:00",
        {},
        {
            "de": "jede Stunde, ab 01:00 Uhr (Zeitzone Berlin)",
            "fr": "toutes les heures, à partir de 01:00 (heure de Berlin)",
            "es": "cada hora, desde la 01:00 (hora de Berlin)",
            "vi": "hằng giờ, từ 01:00 (giờ Berlin)",
        },
    ),
    (
        "FREQ=HOURLY;INTERVAL=6;COUNT=3",
        "2026-05-01T09:00",
        {},
        {
            "de": "alle 6 Stunden, ab 09:00 Uhr (Zeitzone Berlin), 3-mal",
            "fr": "toutes les 6 heures, à partir de 09:00 (heure de Berlin), 3 fois",
            "es": "cada 6 horas, desde las 09:00 (hora de Berlin), 3 veces",
            "vi": "6 giờ một lần, từ 09:00 (giờ Berlin), 3 lần",
        },
    ),
    (
        "FREQ=DAILY",
        "2026-05-01T01:30",
        {},
        {
            "de": "jeden Tag, um 01:30 Uhr (Zeitzone Berlin)",
            "fr": "tous les jours, à 01:30 (heure de Berlin)",
            "es": "cada día, a la 01:30 (hora de Berlin)",
            "vi": "hằng ngày, lúc 01:30 (giờ Berlin)",
        },
    ),
    (
        "FREQ=DAILY;INTERVAL=3;COUNT=1",
        "2026-05-01",
        {"anchor": "completion"},
        {
            "de": "alle 3 Tage nach Erledigung, einmal",
            "fr": "tous les 3 jours à compter de la dernière fois, une fois",
            "es": "cada 3 días desde la última vez, una vez",
            "vi": "3 ngày một lần sau khi hoàn thành, một lần",
        },
    ),
    (
        "FREQ=DAILY;INTERVAL=3;BYDAY=MO",
        "2026-05-01",
        {},
        {
            "de": "alle 3 Tage, nur am Montag",
            "fr": "tous les 3 jours, seulement le lundi",
            "es": "cada 3 días, solo el lunes",
            "vi": "3 ngày một lần, chỉ vào thứ Hai",
        },
    ),
    (
        "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
        "2026-05-01T07:30",
        {"on_holiday": "skip"},
        {
            "de": "jeden Arbeitstag, um 07:30 Uhr (Zeitzone Berlin), nicht an Feiertagen",
            "fr": "tous les jours ouvrés, à 07:30 (heure de Berlin), sauf les jours fériés",
            "es": "cada día laborable, a las 07:30 (hora de Berlin), salvo los festivos",
            "vi": "mọi ngày làm việc, lúc 07:30 (giờ Berlin), trừ ngày lễ",
        },
    ),
    (
        "FREQ=WEEKLY",
        "2026-05-01",
        {"on_holiday": "before"},
        {
            "de": "jede Woche am Freitag, an Feiertagen am Arbeitstag davor",
            "fr": "toutes les semaines le vendredi, les jours fériés le jour ouvré précédent",
            "es": "cada semana el viernes, en festivos el día laborable anterior",
            "vi": "hằng tuần vào thứ Sáu, gặp ngày lễ thì vào ngày làm việc liền trước",
        },
    ),
    (
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE,SU;WKST=SU",
        "2026-05-01",
        {},
        {
            "de": "alle 2 Wochen am Montag, Mittwoch und Sonntag (Wochen beginnen am Sonntag)",
            "fr": "toutes les 2 semaines le lundi, le mercredi et le dimanche (les semaines commencent le dimanche)",
            "es": "cada 2 semanas el lunes, el miércoles y el domingo (las semanas empiezan el domingo)",
            "vi": "2 tuần một lần vào thứ Hai, thứ Tư và Chủ nhật (tuần bắt đầu từ Chủ nhật)",
        },
    ),
    (
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TU,WE,TH,FR",
        "2026-05-01",
        {},
        {
            "de": "alle 2 Wochen an Arbeitstagen",
            "fr": "toutes les 2 semaines les jours ouvrés",
            "es": "cada 2 semanas los días laborables",
            "vi": "2 tuần một lần vào các ngày làm việc",
        },
    ),
    (
        "FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=2",
        "2026-05-01",
        {},
        {
            "de": "jede Woche am 2. Montag, Mittwoch oder Freitag",
            "fr": "toutes les semaines le 2e lundi, mercredi ou vendredi",
            "es": "cada semana el 2.º lunes, miércoles o viernes",
            "vi": "hằng tuần vào thứ Hai, thứ Tư hoặc thứ Sáu lần thứ hai",
        },
    ),
    (
        "FREQ=WEEKLY;BYMONTHDAY=13",
        "2026-05-01",
        {},
        {
            "de": "jede Woche am 13. des Monats",
            "fr": "toutes les semaines le 13 du mois",
            "es": "cada semana el día 13 del mes",
            "vi": "hằng tuần vào ngày 13 của tháng",
        },
    ),
    (
        "FREQ=MONTHLY",
        "2026-05-01",
        {"on_holiday": "after"},
        {
            "de": "jeden Monat am 1., an Feiertagen am Arbeitstag danach",
            "fr": "tous les mois le 1er, les jours fériés le jour ouvré suivant",
            "es": "cada mes el día 1, en festivos el día laborable siguiente",
            "vi": "hằng tháng vào ngày 1, gặp ngày lễ thì vào ngày làm việc liền sau",
        },
    ),
    (
        "FREQ=MONTHLY;BYMONTHDAY=1,15,-1",
        "2026-05-01",
        {},
        {
            "de": "jeden Monat am 1., 15. und letzten Tag",
            "fr": "tous les mois le 1er, le 15 et le dernier jour",
            "es": "cada mes el día 1, el día 15 y el último día",
            "vi": "hằng tháng vào ngày 1, ngày 15 và ngày cuối cùng",
        },
    ),
    (
        "FREQ=MONTHLY;BYMONTHDAY=-2,-4",
        "2026-05-01",
        {},
        {
            "de": "jeden Monat am viertletzten Tag und vorletzten Tag",
            "fr": "tous les mois le 4e jour en partant de la fin et l'avant-dernier jour",
            "es": "cada mes el 4.º día empezando por el final y el penúltimo día",
            "vi": "hằng tháng vào ngày thứ tư tính từ cuối và ngày thứ hai tính từ cuối",
        },
    ),
    (
        "RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=BACKWARD",
        "2026-05-31",
        {},
        {
            "de": "jeden Monat am 31. (in kürzeren Monaten am letzten Tag)",
            "fr": "tous les mois le 31 (le dernier jour des mois plus courts)",
            "es": "cada mes el día 31 (el último día de los meses más cortos)",
            "vi": "hằng tháng vào ngày 31 (ngày cuối cùng của những tháng ngắn hơn)",
        },
    ),
    (
        "RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=FORWARD",
        "2026-05-31",
        {},
        {
            "de": "jeden Monat am 31. (nach kürzeren Monaten am Tag danach)",
            "fr": "tous les mois le 31 (le lendemain des mois plus courts)",
            "es": "cada mes el día 31 (el día siguiente a los meses más cortos)",
            "vi": "hằng tháng vào ngày 31 (ngày liền sau những tháng ngắn hơn)",
        },
    ),
    (
        "FREQ=MONTHLY;BYDAY=-1FR",
        "2026-05-29T17:00",
        {},
        {
            "de": "jeden Monat am letzten Freitag, um 17:00 Uhr (Zeitzone Berlin)",
            "fr": "tous les mois le dernier vendredi, à 17:00 (heure de Berlin)",
            "es": "cada mes el último viernes, a las 17:00 (hora de Berlin)",
            "vi": "hằng tháng vào thứ Sáu cuối cùng, lúc 17:00 (giờ Berlin)",
        },
    ),
    (
        "FREQ=MONTHLY;INTERVAL=3;BYDAY=1MO,3MO,-2TU",
        "2026-05-01",
        {},
        {
            "de": "alle 3 Monate am 1. und 3. Montag und am vorletzten Dienstag",
            "fr": "tous les 3 mois le 1er et le 3e lundi et l'avant-dernier mardi",
            "es": "cada 3 meses el 1.er y el 3.er lunes y el penúltimo martes",
            "vi": "3 tháng một lần vào thứ Hai đầu tiên và thứ Hai lần thứ 3 và thứ Ba lần thứ hai tính từ cuối",
        },
    ),
    (
        "FREQ=MONTHLY;BYDAY=FR",
        "2026-05-01",
        {},
        {
            "de": "jeden Monat an jedem Freitag",
            "fr": "tous les mois tous les vendredis",
            "es": "cada mes todos los viernes",
            "vi": "hằng tháng vào mỗi thứ Sáu",
        },
    ),
    (
        "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
        "2026-05-01",
        {},
        {
            "de": "jeden Monat am Freitag, dem 13.",
            "fr": "tous les mois le vendredi, si c'est le 13",
            "es": "cada mes el viernes, si es el día 13",
            "vi": "hằng tháng vào thứ Sáu, nếu là ngày 13",
        },
    ),
    (
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        "2026-05-29",
        {},
        {
            "de": "jeden Monat am letzten Arbeitstag",
            "fr": "tous les mois le dernier jour ouvré",
            "es": "cada mes el último día laborable",
            "vi": "hằng tháng vào ngày làm việc cuối cùng",
        },
    ),
    (
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1,3,-3",
        "2026-05-29",
        {},
        {
            "de": "jeden Monat am 1., 3. und drittletzten Arbeitstag",
            "fr": "tous les mois le 1er jour ouvré, le 3e jour ouvré et le 3e jour ouvré en partant de la fin",
            "es": "cada mes el 1.er día laborable, el 3.er día laborable y el 3.er día laborable empezando por el final",
            "vi": "hằng tháng vào ngày làm việc đầu tiên, thứ 3 và thứ 3 tính từ cuối",
        },
    ),
    (
        "FREQ=MONTHLY;BYDAY=SA,SU;BYSETPOS=1",
        "2026-05-02",
        {},
        {
            "de": "jeden Monat am 1. Wochenendtag",
            "fr": "tous les mois le 1er jour de week-end",
            "es": "cada mes el 1.er día de fin de semana",
            "vi": "hằng tháng vào ngày cuối tuần đầu tiên",
        },
    ),
    (
        "FREQ=MONTHLY;BYDAY=TU,WE,TH;BYSETPOS=3",
        "2026-05-01",
        {},
        {
            "de": "jeden Monat am 3. Dienstag, Mittwoch oder Donnerstag",
            "fr": "tous les mois le 3e mardi, mercredi ou jeudi",
            "es": "cada mes el 3.er martes, miércoles o jueves",
            "vi": "hằng tháng vào thứ Ba, thứ Tư hoặc thứ Năm lần thứ 3",
        },
    ),
    (
        "FREQ=MONTHLY;BYDAY=MO,2TU",
        "2026-05-01",
        {},
        {
            "de": "jeden Monat an jedem Montag sowie am 2. Dienstag",
            "fr": "tous les mois tous les lundis ainsi que le 2e mardi",
            "es": "cada mes todos los lunes y el 2.º martes",
            "vi": "hằng tháng vào mỗi thứ Hai cùng với thứ Ba lần thứ hai",
        },
    ),
    (
        "FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1",
        "2026-05-01",
        {},
        {
            "de": "jeden Monat am letzten dieser Tage: am 28., 29. und 30.",
            "fr": "tous les mois le dernier de ces jours : le 28, le 29 et le 30",
            "es": "cada mes el último de estos días: el día 28, el día 29 y el día 30",
            "vi": "hằng tháng vào ngày cuối cùng trong số các ngày sau: vào ngày 28, ngày 29 và ngày 30",
        },
    ),
    (
        "FREQ=YEARLY",
        "2024-02-29",
        {},
        {
            "de": "jedes Jahr am 29. Februar",
            "fr": "tous les ans le 29 février",
            "es": "cada año el 29 de febrero",
            "vi": "hằng năm vào ngày 29 tháng 2",
        },
    ),
    (
        "FREQ=YEARLY;BYMONTH=3;BYDAY=FR;BYMONTHDAY=13",
        "2024-02-29",
        {},
        {
            "de": "jedes Jahr am Freitag, dem 13. März",
            "fr": "tous les ans le vendredi, si c'est le 13 mars",
            "es": "cada año el viernes, si es el 13 de marzo",
            "vi": "hằng năm vào thứ Sáu, nếu là ngày 13 tháng 3",
        },
    ),
    (
        "FREQ=YEARLY;BYMONTH=2,8,10;BYMONTHDAY=-1",
        "2024-02-29",
        {},
        {
            "de": "jedes Jahr am letzten Tag der Monate Februar, August und Oktober",
            "fr": "tous les ans le dernier jour de février, d'août et d'octobre",
            "es": "cada año el último día de febrero, agosto y octubre",
            "vi": "hằng năm vào ngày cuối cùng của tháng 2, tháng 8 và tháng 10",
        },
    ),
    (
        "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH",
        "2026-01-01",
        {},
        {
            "de": "jedes Jahr am 4. Donnerstag im November",
            "fr": "tous les ans le 4e jeudi de novembre",
            "es": "cada año el 4.º jueves de noviembre",
            "vi": "hằng năm vào thứ Năm lần thứ tư của tháng 11",
        },
    ),
    (
        "FREQ=YEARLY;BYYEARDAY=-1,100",
        "2026-05-01",
        {},
        {
            "de": "jedes Jahr am 100. und letzten Tag des Jahres",
            "fr": "tous les ans le 100e et le dernier jour de l'année",
            "es": "cada año el 100.º y el último día del año",
            "vi": "hằng năm vào ngày thứ 100 và cuối cùng của năm",
        },
    ),
    (
        "FREQ=YEARLY;BYYEARDAY=100;BYDAY=MO",
        "2026-05-01",
        {},
        {
            "de": "jedes Jahr am Montag, dem 100. Tag des Jahres",
            "fr": "tous les ans le lundi, si c'est le 100e jour de l'année",
            "es": "cada año el lunes, si es el 100.º día del año",
            "vi": "hằng năm vào thứ Hai, nếu là ngày thứ 100 của năm",
        },
    ),
    (
        "RSCALE=GREGORIAN;FREQ=YEARLY;BYYEARDAY=366;SKIP=BACKWARD",
        "2024-12-31",
        {},
        {
            "de": "jedes Jahr am 366. Tag des Jahres (in kürzeren Jahren am letzten Tag)",
            "fr": "tous les ans le 366e jour de l'année (le dernier jour des années plus courtes)",
            "es": "cada año el 366.º día del año (el último día de los años más cortos)",
            "vi": "hằng năm vào ngày thứ 366 của năm (ngày cuối cùng của những năm ngắn hơn)",
        },
    ),
    (
        "FREQ=YEARLY;BYWEEKNO=20",
        "2026-05-14",
        {},
        {
            "de": "jedes Jahr in Kalenderwoche 20 am Donnerstag",
            "fr": "tous les ans la semaine 20 le jeudi",
            "es": "cada año en la semana 20 el jueves",
            "vi": "hằng năm trong tuần 20 vào thứ Năm",
        },
    ),
    (
        "FREQ=YEARLY;BYWEEKNO=1,53;BYDAY=MO",
        "2026-05-14",
        {},
        {
            "de": "jedes Jahr in den Kalenderwochen 1 und 53 am Montag",
            "fr": "tous les ans les semaines 1 et 53 le lundi",
            "es": "cada año en las semanas 1 y 53 el lunes",
            "vi": "hằng năm trong các tuần 1 và 53 vào thứ Hai",
        },
    ),
    (
        "FREQ=YEARLY;BYWEEKNO=-1;BYDAY=FR",
        "2026-05-14",
        {},
        {
            "de": "jedes Jahr in der letzten Kalenderwoche am Freitag",
            "fr": "tous les ans la dernière semaine le vendredi",
            "es": "cada año en la última semana el viernes",
            "vi": "hằng năm trong tuần cuối cùng của năm vào thứ Sáu",
        },
    ),
    (
        "FREQ=DAILY;BYMONTH=1,2;UNTIL=20261231",
        "2026-01-01",
        {},
        {
            "de": "jeden Tag im Januar und Februar, bis zum 31. Dezember 2026",
            "fr": "tous les jours en janvier et février, jusqu'au 31 décembre 2026",
            "es": "cada día en enero y febrero, hasta el 31 de diciembre de 2026",
            "vi": "hằng ngày trong tháng 1 và tháng 2, đến hết ngày 31 tháng 12 năm 2026",
        },
    ),
    (
        "FREQ=DAILY;UNTIL=20270101T120000",
        "2026-01-01",
        {},
        {
            "de": "jeden Tag, bis zum 1. Januar 2027 um 12:00 Uhr",
            "fr": "tous les jours, jusqu'au 1er janvier 2027 à 12:00",
            "es": "cada día, hasta el 1 de enero de 2027 a las 12:00",
            "vi": "hằng ngày, đến 12:00 ngày 1 tháng 1 năm 2027",
        },
    ),
    (
        "FREQ=DAILY;UNTIL=20261231T233000Z",
        "2026-01-01",
        {},
        {
            "de": "jeden Tag, bis zum 1. Januar 2027 um 00:30 Uhr (Zeitzone Berlin)",
            "fr": "tous les jours, jusqu'au 1er janvier 2027 à 00:30 (heure de Berlin)",
            "es": "cada día, hasta el 1 de enero de 2027 a las 00:30 (hora de Berlin)",
            "vi": "hằng ngày, đến 00:30 (giờ Berlin) ngày 1 tháng 1 năm 2027",
        },
    ),
]


class NoHolidays:
    def is_holiday(self, date: dt.date, /) -> bool:
        return False

    def is_workday(self, date: dt.date, /) -> bool:
        return True

    def between(self, first: dt.date, last: dt.date, /) -> list[dt.date]:
        return []


@pytest.mark.parametrize("language", ["de", "fr", "es", "vi"])
@pytest.mark.parametrize(("text", "start", "options", "words"), CASES)
def test_a_rule_in_words(
    text: str, start: str, options: dict[str, Any], words: dict[str, str], language: Language
) -> None:
    wall = dt.datetime.fromisoformat(start)
    begin = Start(wall.date(), wall.time() if "T" in start else None, "Europe/Berlin")
    on_holiday = options.get("on_holiday")
    days_off = DaysOff(NoHolidays(), on_holiday) if on_holiday else None
    said = describe(
        parse_rule(text), begin, anchor=options.get("anchor", "schedule"), days_off=days_off, language=language
    )
    assert said == words[language]
