"""Tiếng Việt: hằng tháng vào thứ Sáu cuối cùng, lúc 17:00 (giờ Berlin)."""

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

_DAYS = numbered("thứ Hai, thứ Ba, thứ Tư, thứ Năm, thứ Sáu, thứ Bảy, Chủ nhật")
_MONTHS = {month: f"tháng {month}" for month in range(12, 0, -1)}


def _count(nth: int) -> str:
    """Return a place as it stands behind its noun."""
    if nth in (1, -1):
        return "đầu tiên" if nth == 1 else "cuối cùng"
    place = "thứ tư" if abs(nth) == 4 else "thứ hai" if abs(nth) == 2 else f"thứ {abs(nth)}"
    return place if nth > 0 else f"{place} tính từ cuối"


def _nth_weekday(nth: int) -> str:
    """Return the place of a weekday; "thứ 3" alone would be Tuesday."""
    return _count(nth) if nth in (1, -1) else f"lần {_count(nth)}"


def _month_day(day: int) -> str:
    return f"ngày {day}" if day > 0 else f"ngày {_count(day)}"


_counts = rows(counted(_count), "và")
_weekdays = rows(among(_DAYS), "và")
_months = rows(among(_MONTHS), "và")
_month_days = rows(counted(_month_day), "và")
_year_days = Template("ngày {n} của năm", n=_counts)
_groups = rows(
    Keyed(
        {day: rows(counted(lambda nth, name=name: f"{name} {_nth_weekday(nth)}"), "và") for day, name in _DAYS.items()}
    ),
    "và",
)
_sets = {WORKDAY: "ngày làm việc", WEEKEND_DAY: "ngày cuối tuần", ANY_DAY: "ngày"}
_date = date("ngày {day} {month} năm {year}", Number(), _MONTHS)

VIETNAMESE: Mapping[str, Phrase] = {
    "every": every(
        units("hằng giờ, hằng ngày, hằng tuần, hằng tháng, hằng năm"),
        units("{n} giờ một lần, {n} ngày một lần, {n} tuần một lần, {n} tháng một lần, {n} năm một lần"),
    ),
    "every_workday": Template("mọi ngày làm việc"),
    "only": Template(", chỉ"),
    "set_positions": Keyed({key: Template(f" vào {name} {{n}}", n=_counts) for key, name in _sets.items()}),
    "day_positions": Template(" vào {days} {n}", n=rows(counted(_nth_weekday), "và"), days=rows(among(_DAYS), "hoặc")),
    "positions": Template(" vào ngày {n} trong số các ngày sau:", n=_counts),
    "weeks": one_or_more(
        Template(" trong tuần {n}", n=rows(Number(), "và")), Template(" trong các tuần {n}", n=rows(Number(), "và"))
    ),
    "counted_weeks": Template(" trong tuần {n} của năm", n=_counts),
    "workdays": Template(" vào các ngày làm việc"),
    "weekdays": Template(" vào {days}", days=_weekdays),
    "each_weekday": Template(" vào mỗi {days}", days=_weekdays),
    "counted_weekdays": Template(" vào {days}", days=_groups),
    "and_counted_weekdays": Template(" cùng với {days}", days=_groups),
    "year_days": Template(" vào {days}", days=_year_days),
    "if_year_days": Template(", nếu là {days}", days=_year_days),
    "dates": Template(" vào {days} {months}", days=_month_days, months=_months),
    "if_dates": Template(", nếu là {days} {months}", days=_month_days, months=_months),
    "month_days": Template(" vào {days}", days=_month_days),
    "if_month_days": Template(", nếu là {days}", days=_month_days),
    "of_month": Template(" của tháng"),
    "months_of_days": Template(" của {months}", months=_months),
    "months_of": Template(" của {months}", months=_months),
    "months_in": Template(" trong {months}", months=_months),
    "skip": moved(
        {
            (Skip.BACKWARD, True): "ngày cuối cùng của những {} ngắn hơn",
            (Skip.FORWARD, True): "ngày liền sau những {} ngắn hơn",
            (Skip.BACKWARD, False): "ngày liền trước những {} ngắn hơn",
            (Skip.FORWARD, False): "ngày đầu tiên của những {} ngắn hơn",
        },
        {"month": "tháng", "year": "năm"},
    ),
    "weeks_begin": Template(" (tuần bắt đầu từ {day})", day=among(_DAYS)),
    "after_done": Template(" sau khi hoàn thành"),
    "at": Template(", lúc {time} (giờ {zone})", time=Clock(), zone=places()),
    "from": Template(", từ {time} (giờ {zone})", time=Clock(), zone=places()),
    "on_holiday": among(
        {
            "skip": ", trừ ngày lễ",
            "before": ", gặp ngày lễ thì vào ngày làm việc liền trước",
            "after": ", gặp ngày lễ thì vào ngày làm việc liền sau",
        }
    ),
    "times": Either(among({1: ", một lần"}), Template(", {n} lần", n=Number())),
    "until_day": Template(", đến hết {date}", date=_date),
    "until_wall": Template(", đến {time} {date}", date=_date, time=Clock()),
    "until_instant": Template(", đến {time} (giờ {zone}) {date}", date=_date, time=Clock(), zone=places()),
}
