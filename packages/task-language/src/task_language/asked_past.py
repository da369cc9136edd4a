"""Questions for what was done: "what did I do last week", "what have I finished today"."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from task_language.amounts import amount_at
from task_language.dates import whole
from task_language.intents import WasDone
from task_language.lexicon import begins, first_of, weekday
from task_language.moment import Moment
from task_language.periods import Period, period_of

_ASKING = (
    "what did i do", "what did i get done", "what did i finish", "what did i complete", "what did i achieve",
    "what have i done", "what have i finished", "what have i completed", "what have i got done", "what i did",
    "what i have done", "what i finished", "what i completed", "what was done", "what got done", "did i do anything",
    "did i get anything done", "did i finish anything", "did i complete anything", "did i do something",
    "which tasks did i finish", "which tasks did i complete", "which tasks did i do", "which tasks have i done",
    "which tasks have i finished", "tasks i finished", "tasks i did", "my done tasks", "done tasks", "completed tasks",
    "finished tasks", "my completed tasks",
)  # fmt: skip
_SHOWING = ("show me all", "show me", "show all", "show", "list", "tell me", "so", "and")


def asked_past(low: Sequence[str], moment: Moment) -> WasDone | None:
    """Return of which days the done tasks are asked for, None when it is no such question."""
    at = first_of(low, 0, _SHOWING)
    taken = first_of(low, at, _ASKING)
    if not taken:
        return None
    at += taken
    at += first_of(low, at, ("on", "in", "during", "over", "within"))
    rest = [word for word in low[at:] if word not in ("so", "far", "all", "tasks", "of", "from")]
    found = _period(rest, moment)
    return None if found is None else WasDone(" ".join(rest) or "this week", found.first, min(found.last, moment.today))


def _period(said: Sequence[str], moment: Moment) -> Period | None:
    today = moment.today
    words = [word for word in said if word != "the"]
    if not words:
        return period_of("week", 0, moment)
    if words == ["yesterday"]:
        return Period(today - dt.timedelta(days=1), today - dt.timedelta(days=1))
    if len(words) == 2 and words[0] in ("this", "last", "previous", "past") and words[1] in ("week", "month", "year"):
        return period_of(words[1], 0 if words[0] == "this" else -1, moment)
    if first_of(words, 0, ("last", "past")) and (amount := amount_at(words, 1)) and amount[0] == len(words):
        first = amount[1].from_day(today, -1)
        return Period(first + dt.timedelta(days=1), today) if first < today else None
    past = words[begins(words, 0, "last") :]
    if len(past) == 1 and (day := weekday(past[0])) is not None:
        date = today - dt.timedelta(days=(today.weekday() - day) % 7 or 7 * (len(past) < len(words)))
        return Period(date, date)
    when = whole(words, moment)
    if when is None or when.date is None or when.time is not None or when.date > today:
        return None
    return Period(when.date, when.date)
