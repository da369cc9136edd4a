"""What is told rather than asked for: "X is done", "the report is due friday", "I watered the plants"."""

from __future__ import annotations

from collections.abc import Sequence

from task_language import intents
from task_language.amounts import amount_at
from task_language.dates import whole
from task_language.intents import Intent
from task_language.lexicon import first_of
from task_language.line import Line
from task_language.repeat_grammar import repeat_at
from task_language.stems import is_past

_DONE = (("is", "done"), ("is", "finished"), ("is", "complete"), ("is", "completed"), ("are", "done"), ("done",))
_QUESTIONS = {"what", "whats", "when", "where", "why", "who", "how", "which", "is", "are", "do", "does", "did"}
_NOW = ("is now due", "is now at", "is now on", "is now", "is due", "is at", "is on", "is moved to", "is")
_WAITS = ("can wait until", "can wait till", "can wait for", "can wait")
_REPEATS = ("should repeat", "repeats", "shall repeat", "must repeat", "happens", "is", "should be", "should happen")
_I = ("i have already", "i've already", "i already", "i have just", "i just", "i have", "i've", "ive", "i", "we have",
      "we've", "we")  # fmt: skip
_THIS_TIME = (("today",), ("tonight",), ("this", "time"), ("this", "week"), ("tomorrow",), ("once",))
_NOT_GOING = ("i'm not going to", "i am not going to", "im not going to", "not going to", "i won't do", "i wont do",
              "i am not doing", "i'm not doing", "not doing", "no")  # fmt: skip


def told(line: Line) -> Intent | None:
    """Return what a statement asks for; None when it tells nothing of a task."""
    if not line.low or line.low[0] in _QUESTIONS:
        return None
    return _is_done(line) or _is_then(line) or _waits(line) or _repeats(line) or _not_this_time(line) or _did(line)


def this_time(line: Line) -> Line:
    """Return a line without "today", "this time" and the like at its end, and "today's", "the next" before it."""
    past = next((len(end) for end in _THIS_TIME if tuple(line.low[-len(end) :]) == end and len(line.low) > len(end)), 0)
    line = line.part(0, -past) if past else line
    lead = first_of(line.low, 0, ("today's", "todays", "tomorrow's", "tomorrows", "the next", "next", "this week's"))
    return line.part(lead) if lead and lead < len(line.low) else line


def _is_done(line: Line) -> Intent | None:
    low = tuple(line.low)
    for phrase in _DONE:
        if len(low) > len(phrase) and low[-len(phrase) :] == phrase:
            target = line.part(0, -len(phrase)).target()
            return intents.Complete(target) if target else None
    return None


def _is_then(line: Line) -> Intent | None:
    """Read "the report is due tomorrow", "lunch is at 1pm now"."""
    for at in range(len(line.low) - 1, 0, -1):
        if taken := first_of(line.low, at, _NOW):
            said = line.low[at + taken :]
            when = whole(said[:-1] if said[-1:] in (["now"], ["instead"]) else said, line.moment)
            if when is not None:
                target = line.part(0, at).target()
                return intents.Move(target, when) if target else None
    return None


def _waits(line: Line) -> Intent | None:
    """Read "the haircut can wait two days", "X can wait until friday"."""
    for at in range(1, len(line.low)):
        if taken := first_of(line.low, at, _WAITS):
            target, said = line.part(0, at).target(), line.low[at + taken :]
            if target and (days := days_of(said)):
                return intents.Move(target, days_later=days)
            when = whole(said, line.moment)
            return intents.Move(target, when) if target and when else None
    return None


def _repeats(line: Line) -> Intent | None:
    """Read "X should repeat every saturday"."""
    for at in range(1, len(line.low)):
        if taken := first_of(line.low, at, _REPEATS):
            found = repeat_at(line.low, at + taken, line.moment)
            if found is not None and found[0] == len(line.low) and found[1].zone is None:
                target = line.part(0, at).target()
                return intents.RepeatTask(target, found[1]) if target else None
    return None


def _not_this_time(line: Line) -> Intent | None:
    """Read "no gym today", "not going to the gym this time"."""
    taken = first_of(line.low, 0, _NOT_GOING)
    rest = this_time(line.part(taken)) if taken else line
    if not taken or len(rest.low) == len(line.low) - taken:
        return None
    target = rest.target()
    return intents.Skip(target, of_series=True) if target and target.words else None


def _did(line: Line) -> Intent | None:
    """Read "I watered the plants", "got the milk"."""
    lead = first_of(line.low, 0, _I)
    rest = line.part(lead)
    if len(rest.low) < 2 or not is_past(rest.low[0]):
        return None
    return intents.Did(rest.text)


def days_of(said: Sequence[str]) -> int | None:
    """Return how many days "two weeks", "a day" are; None for what is not whole days."""
    found = amount_at(said, 0)
    if found is None or found[0] != len(said) or found[1].months or found[1].seconds:
        return None
    return found[1].days
