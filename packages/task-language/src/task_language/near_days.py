"""Days counted from now or from another day: tomorrow, next week, this weekend, a week from tomorrow."""

from __future__ import annotations

import datetime as dt

from task_language.amounts import amount_at
from task_language.feasts import feast_at
from task_language.lexicon import MONTHS, begins, entry_at, weekday
from task_language.periods import day_in_period_at, month_at, period_at, side_at
from task_language.scene import Scene
from task_language.weekdays import COMING, days_on, weekday_at, weekday_in_week, weekdays_away
from task_language.written_days import written_day_at

Day = tuple[int, dt.date]

NEAR = {"today": 0, "tomorrow": 1, "tmr": 1, "tmrw": 1, "yesterday": -1}
_TWO_AWAY = {
    "the day after tomorrow": 2, "day after tomorrow": 2, "the day before yesterday": -2, "day before yesterday": -2,
}  # fmt: skip
_FROM = {"from": 1, "after": 1, "before": -1}


def near_day_at(scene: Scene, at: int, *, led: bool) -> Day | None:
    """Return where a day ends that is counted from now, and the day."""
    if found := entry_at(scene.words, at, _TWO_AWAY):
        return found[0], days_on(scene, found[1])
    if scene.word(at) in NEAR:
        return (at + 1, days_on(scene, NEAR[scene.word(at)])) if led or scene.is_free(at) else None
    return (
        _from_day_at(scene, at)
        or weekday_in_week(scene, at)
        or weekdays_away(scene, at)
        or weekday_at(scene, at, led=led)
        or _period_day(scene, at, led=led)
    )


def _from_day_at(scene: Scene, at: int) -> Day | None:
    """Read "a week from tomorrow", "2 days after next friday", "2 weeks before christmas"."""
    found = amount_at(scene.words, at + begins(scene.words, at, "in"))
    if found is None or found[1].seconds:
        return None
    end, amount = found
    if scene.word(end) == "on" and weekday(scene.word(end + 1)) is not None:
        # "A week on friday"; "in a week on friday" may be another one.
        day = weekday_at(scene, end + 1, led=True) if amount.days % 7 == 0 and scene.word(at) != "in" else None
        return day and (day[0], amount.from_day(day[1]))
    sign = _FROM.get(scene.word(end))
    if sign is None:
        return None
    if sign > 0 and (feast := feast_at(scene, end + 1, since=scene.moment.today - dt.timedelta(days=366))):
        last = amount.from_day(feast[1])
        if last >= scene.moment.today:
            return feast[0], last  # a week after christmas, said on 27 december
    base = near_base_at(scene, end + 1)
    return base and (base[0], amount.from_day(base[1], sign))


def near_base_at(scene: Scene, at: int) -> Day | None:
    """Return a day that something is counted from."""
    if found := entry_at(scene.words, at, _TWO_AWAY):
        return found[0], days_on(scene, found[1])
    if scene.word(at) in NEAR:
        return at + 1, days_on(scene, NEAR[scene.word(at)])
    return (
        written_day_at(scene, at, led=True)
        or weekday_in_week(scene, at)
        or weekday_at(scene, at, led=True)
        or day_in_period_at(scene, at)
    )


def _period_day(scene: Scene, at: int, *, led: bool) -> Day | None:
    """Read "next week" and "next month" as their first day, "this weekend" as its saturday, "next march"."""
    side = side_at(scene, at) if scene.word(at) != "the" or scene.word(at + 1) in COMING else None
    if side is None:
        the = begins(scene.words, at, "the")
        before = scene.word(at - 1 if the or scene.word(at - 1) != "the" else at - 2)
        if scene.word(at + the) != "weekend" or before not in ("on", "at", "by"):
            return None
        end, distance = at + the, 0
    else:
        end, distance = side
    if scene.word(end) == "weekend" and distance >= 0:
        saturday = 5 - scene.moment.today.weekday() + 7 * (distance > 0)
        return end + 1, days_on(scene, max(saturday, 0))
    told = led or scene.tells(at)
    if scene.word(at) == "the":
        at += 1
    if found := written_day_at(scene, end, led=True, this_year=distance == 0):
        return found if distance >= 0 else None
    found = period_at(scene, at)
    if found and (told or (scene.word(at) == "next" and (at == 0 or scene.is_over(found[0])))):
        return (found[0], found[1].first) if distance else None
    month = month_at(scene, at) if distance > 0 and scene.word(end) in MONTHS else None
    return (month[0], month[1].first) if month and (told or scene.is_over(month[0])) else None
