"""Phrases of putting a reminder off: "snooze it", "snooze pay rent for an hour", "remind me again tomorrow at 9"."""

from __future__ import annotations

from collections.abc import Sequence

from task_language.dates import whole
from task_language.intents import Intent, NotUnderstood, Snooze, Target
from task_language.lexicon import first_of
from task_language.line import Line
from task_language.moment import Moment
from task_language.pieces import When

_IT = Target(is_it=True)
_UNTIL = ("until", "till", "to")
_FOR = ("for another", "for", "by")
_WHEN = NotUnderstood("incomplete", "Say until when, for example “snooze it for an hour” or “until tomorrow at 9”.")


def snoozing(line: Line) -> Intent:
    """Read "X", "X for an hour", "X until tomorrow at 9"; without a task the reminder that came last is meant."""
    low = line.low
    for at in range(len(low)):
        if low[at] in ("for", "by", "until", "till", "to", "in") and (when := _when(low[at:], line.moment)):
            return Snooze(line.part(0, at).target() or _IT, when)
    if low and (when := whole(low, line.moment)):
        return Snooze(_IT, when)
    if "until" in low or "till" in low:
        return _WHEN
    return Snooze(line.target() or _IT)


def reminded_again(line: Line) -> Intent:
    """Read what follows "remind me again": "", "in an hour", "about X", "about X tomorrow at 9"."""
    low = line.low
    lead = first_of(low, 0, ("about", "of"))
    if not lead:
        when = _when(low, line.moment) if low else None
        return Snooze(_IT, when) if when or not low else _WHEN
    for at in range(lead + 1, len(low)):
        if when := _when(low[at:], line.moment):
            return Snooze(line.part(lead, at).target() or _IT, when)
    return Snooze(line.part(lead).target() or _IT)


def _when(low: Sequence[str], moment: Moment) -> When | None:
    """Return what words say that may begin with "for" or "until", if they are nothing else."""
    if taken := first_of(low, 0, _FOR):
        return whole(["in", *low[taken:]], moment)
    return whole(low[first_of(low, 0, _UNTIL) :], moment)
