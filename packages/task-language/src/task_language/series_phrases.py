"""Repeating tasks in the chat: skip one or all that was missed, pause, put on hold, go on."""

from __future__ import annotations

import datetime as dt

from task_language import intents
from task_language.dates import whole
from task_language.intents import Intent, NotUnderstood
from task_language.lexicon import first_of
from task_language.line import Line
from task_language.told import days_of, this_time

_MISSED = ("all missed ones of", "all the missed ones of", "all missed dates of", "all missed of", "all missed",
           "everything missed of", "everything that i missed of", "what i missed of", "the missed ones of",
           "all overdue ones of", "all overdue of", "all overdue")  # fmt: skip


def skipped(line: Line) -> Intent | None:
    """Read "X", "all missed of X"."""
    low = line.low
    taken = first_of(low, 0, _MISSED)
    if taken:
        target = line.part(taken + first_of(low, taken, ("of", "for"))).target()
        return intents.SkipMissed(target) if target else NotUnderstood("incomplete", "Say of which task.")
    target = this_time(line).target()
    return intents.Skip(target) if target else NotUnderstood("incomplete", "Say which task to skip.")


def caught_up(line: Line) -> Intent | None:
    """Read "on X", "with X"."""
    target = line.part(first_of(line.low, 0, ("on", "with"))).target()
    return intents.SkipMissed(target) if target else NotUnderstood("incomplete", "Say of which task.")


def paused(line: Line) -> Intent | None:
    """Read "X", "X until 1 December", "X for 2 weeks"."""
    low, until = line.low, None
    past = next((at for at in range(1, len(low)) if low[at] in _REASONS), len(low))
    low = low[:past]
    for at in range(len(low) - 1, 0, -1):
        if low[at] in ("until", "till"):
            found = whole(low[at + 1 :], line.moment)
            if found is None or found.date is None or found.time is not None:
                return NotUnderstood("incomplete", "Say on which day it goes on, for example “until 1 December”.")
            past, until = at, found.date
            break
        if low[at] == "for" and (days := days_of(low[at + 1 :])):
            past, until = at, line.moment.today + dt.timedelta(days=days)
            break
    target = line.part(0, past).target()
    return intents.Pause(target, until) if target else NotUnderstood("incomplete", "Say which task to pause.")


_REASONS = ("because", "since", "cause", "i'm", "im", "i")


def on_hold(line: Line) -> Intent | None:
    """Read "X on hold"."""
    if line.low[-2:] != ["on", "hold"]:
        return None
    target = line.part(0, -2).target()
    return intents.Pause(target) if target else None


def again(line: Line) -> Intent | None:
    """Read "X again"."""
    if line.low[-1:] != ["again"]:
        return None
    target = line.part(first_of(line.low, 0, ("with",)), -1).target()
    return intents.Resume(target) if target else None
