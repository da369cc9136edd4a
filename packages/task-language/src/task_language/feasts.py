"""Feasts that are the same everywhere: christmas, new year's eve, easter."""

from __future__ import annotations

import datetime as dt

from task_language.lexicon import first_of
from task_language.scene import Scene

_FIXED = {
    "christmas eve": (12, 24), "christmas day": (12, 25), "christmas": (12, 25), "boxing day": (12, 26),
    "new year's eve": (12, 31), "new years eve": (12, 31), "new year's day": (1, 1), "new year day": (1, 1),
    "new year's": (1, 1), "valentine's day": (2, 14), "halloween": (10, 31),
}  # fmt: skip
_AFTER_EASTER = {"good friday": -2, "easter sunday": 0, "easter monday": 1, "easter": 0}
_NAMES = (*_FIXED, *_AFTER_EASTER)


def feast_at(
    scene: Scene, at: int, *, this_year: bool = False, since: dt.date | None = None
) -> tuple[int, dt.date] | None:
    """Return where the name of a feast ends, and when it is next: from today on, or from `since` on."""
    since = since or scene.moment.today
    taken = first_of(scene.words, at, _NAMES)
    if not taken:
        return None
    name = " ".join(scene.words[at : at + taken])
    if this_year:
        return at + taken, _in_year(name, since.year)
    days = (_in_year(name, since.year + later) for later in (0, 1))
    return at + taken, next(day for day in days if day >= since)


def _in_year(name: str, year: int) -> dt.date:
    if name in _FIXED:
        return dt.date(year, *_FIXED[name])
    return _easter(year) + dt.timedelta(days=_AFTER_EASTER[name])


def _easter(year: int) -> dt.date:
    """Return the western Easter Sunday (Gauss; as Meeus, Jones and Butcher wrote it)."""
    golden, century = year % 19, year // 100
    moon = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    sunday = (32 + 2 * (century % 4) + 2 * (year % 100 // 4) - moon - year % 100 % 4) % 7
    late = (golden + 11 * moon + 22 * sunday) // 451
    month, day = divmod(moon + sunday - 7 * late + 114, 31)
    return dt.date(year, month, day + 1)
