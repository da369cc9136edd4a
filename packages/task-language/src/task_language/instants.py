"""Times counted from now: "in 2 hours", "within a week", "+15min", "3 days ago"; "in 15" where nothing else is said."""

from __future__ import annotations

from dataclasses import replace

from task_language.amounts import Amount, amount_at
from task_language.clock import Clock
from task_language.lexicon import begins, first_of
from task_language.near_days import near_day_at
from task_language.numbers import cardinal_at
from task_language.pieces import Pieces
from task_language.scene import Scene

_AFTER = ("from now", "from today", "from right now", "hence", "later")
_IN = ("in about", "in around", "in the next", "within the next", "within", "in")


def instant_at(scene: Scene, said: Pieces) -> Pieces | None:
    """Return the pieces with a day or an instant that is counted from now; the past where it can be nothing else."""
    at = said.end + first_of(scene.words, said.end, ("due",)) if said.date is None else said.end
    found = _signed_at(scene, at) or _counted_at(scene, at)
    if found is None or begins(scene.words, found[0] - 2, "a second"):
        return None
    end, amount, sign = found
    date, time = amount.from_now(scene.moment, sign)
    if time is None and begins(scene.words, end - 2, "right now"):
        time = scene.moment.wall.time().replace(second=0, microsecond=0)
    if time is None:
        return replace(said, end=end, date=date)
    return None if said.clock else replace(said, end=end, date=date, clock=Clock(time), is_exact=True)


def now_at(scene: Scene, said: Pieces) -> Pieces | None:
    """Return the pieces of "now", and of "in 15" as minutes, where nothing else is said."""
    if not scene.alone or said.end:
        return None
    if taken := first_of(scene.words, 0, ("now", "right now", "at the moment")):
        wall = scene.moment.wall.replace(second=0, microsecond=0)
        return replace(said, end=taken, date=wall.date(), clock=Clock(wall.time()), is_exact=True)
    minutes = cardinal_at(scene.words, 1) if scene.word(0) == "in" and len(scene.words) == 2 else None
    if minutes is None:
        return None
    date, time = Amount(seconds=60 * minutes[1]).from_now(scene.moment)
    return replace(said, end=minutes[0], date=date, clock=time and Clock(time), is_exact=True)


def _signed_at(scene: Scene, at: int) -> tuple[int, Amount, int] | None:
    """Read "+15min"; "-3y" where nothing else is said."""
    word = scene.word(at)
    if word[:1] not in ("+", "-") or not word[1:2].isdigit() or (word[0] == "-" and not scene.alone):
        return None
    found = amount_at([*scene.words[:at], word[1:], *scene.words[at + 1 :]], at)
    return found and (*found, 1 if word[0] == "+" else -1)


def _counted_at(scene: Scene, at: int) -> tuple[int, Amount, int] | None:
    lead = first_of(scene.words, at, _IN)
    if scene.word(at) == "for" and scene.word(at - 1) in ("timer", "alarm"):
        lead = 1
    found = amount_at(scene.words, at + lead)
    if found is None:
        return None
    end, amount = found
    sign, after = 1, first_of(scene.words, end, _AFTER)
    if not lead and not after:
        sign, after = -1, first_of(scene.words, end, ("ago", "earlier", "before") if scene.alone else ("ago",))
        if not after or not (scene.tells(at) or at == 0):
            return None
    if not amount.seconds and near_day_at(scene, at, led=True):
        return None  # "in two days after friday": counted from that day
    end += after
    if scene.word(end - 1) == "later" and not scene.is_over(end):
        return None  # "28 days later poster"
    return end, amount, sign
