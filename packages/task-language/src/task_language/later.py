"""Another day for a task, as people say it: "push the report back a week", "do it tomorrow instead"."""

from __future__ import annotations

from task_language import intents
from task_language.dates import whole
from task_language.intents import Intent
from task_language.line import Line
from task_language.told import days_of

_IT = ("it", "that", "this")


def pushed_back(line: Line) -> Intent | None:
    """Read "the report back a week", and after "push back" "the report a week"."""
    low = line.low
    for at in range(1, len(low)):
        if days := days_of(low[at:]):
            target = line.part(0, at - (low[at - 1] == "back")).target()
            return intents.Move(target, days_later=days) if target else None
    return None


def done_later(line: Line) -> Intent | None:
    """Read "the report tomorrow instead", "the tax return next week"."""
    low = line.low
    past = len(low) - (low[-1:] == ["instead"])
    for at in range(1, past):
        if when := whole(low[at:past], line.moment):
            target = line.part(0, at).target()
            return intents.Move(target, when) if target else None
    return None


def made_later(line: Line) -> Intent | None:
    """Read "it tomorrow", "that friday at 5"."""
    if line.low[:1] and line.low[0] in _IT and (when := whole(line.low[1:], line.moment)):
        target = line.part(0, 1).target()
        return intents.Move(target, when) if target else None
    return None
