"""Questions for tasks: "what is due today", "show overdue", "what do I have to do on friday", "show list Home"."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from task_language.amounts import shifted
from task_language.dates import whole
from task_language.intents import Listed
from task_language.lexicon import DAYTIMES, first_of
from task_language.moment import Moment

_ASKING = ("what is on my list", "what's on my list", "what do i have to do", "what do i need to do", "what do i have",
           "what should i do", "what is due", "what's due", "whats due", "what is on", "what's on", "what is", "what's",
           "which tasks are due", "which tasks are", "show me", "show", "list", "give me", "tell me", "due",
           "anything due", "anything", "whats on", "whats left", "whats", "what am i", "do i have", "have i got",
           "is there", "are there", "read me", "read out", "read", "display", "what else")  # fmt: skip
_FILLERS = {"my", "the", "all", "tasks", "task", "todos", "todo", "open", "due", "to", "do", "items", "for", "that",
            "are", "is", "everything", "what", "tagged", "with", "still", "on", "plan", "agenda", "list", "me", "i",
            "got", "anything", "something", "left", "there", "else", "planned", "coming", "up"}  # fmt: skip
_TAG = re.compile(r"#([^\W\d][\w-]{0,49})")
_NEXT = (["next"], ["now"], ["first"])
_ALL = ("left", "tasks", "todos", "todo", "everything", "all", "list", "open", "items")


def listing(low: Sequence[str], moment: Moment) -> Listed | None:
    """Return which tasks a question asks for, None when it is none."""
    taken = first_of(low, 0, _ASKING)
    rest = [word.rstrip("!") for word in low[taken:]]
    core = [word for word in rest if word not in _FILLERS]
    if not taken and len(low) > 3:
        return None
    if core in (["overdue"], ["late"]):
        return Listed("overdue", overdue=True)
    if core in _NEXT and taken and low[0] == "what":
        return Listed("open")
    if core == [] and taken and (not rest or any(word in _ALL for word in rest)):
        return Listed("open") if rest or low[:1] in (["list"], ["what"], ["what's"]) else None
    if len(core) == 1 and (match := _TAG.fullmatch(core[0])):
        return Listed(f"tagged {core[0]}", tag=match[1])
    return _span(core, moment) or (_of_list(rest) if taken else None)


def _of_list(rest: Sequence[str]) -> Listed | None:
    """Read "list Home", "the list Home", "my shopping list"."""
    lead = first_of(rest, 0, ("in the list", "on the list", "in my list", "on my list", "in list", "on list",
                              "the list", "my list", "list"))  # fmt: skip
    named = rest[lead:]
    if not lead:
        lead = first_of(rest, 0, ("in my", "on my", "in the", "on the", "my", "the"))
        named = rest[lead:-1] if rest[-1:] == ["list"] else []
    if all(word in _FILLERS for word in named):
        return None
    name = " ".join(named).strip('"“”')
    return Listed(f"in {name}", list_name=name)


def _span(core: Sequence[str], moment: Moment) -> Listed | None:
    today = moment.today
    said = " ".join(core)
    week = moment.week_of(today)
    known: dict[str, tuple[dt.date, dt.date]] = {
        "this week": (today, week + dt.timedelta(days=6)),
        "week": (today, week + dt.timedelta(days=6)),
        "next week": (week + dt.timedelta(days=7), week + dt.timedelta(days=13)),
        "next 7 days": (today, today + dt.timedelta(days=6)),
        "this month": (today, shifted(today.replace(day=1), 1, "months") - dt.timedelta(days=1)),
        "month": (today, shifted(today.replace(day=1), 1, "months") - dt.timedelta(days=1)),
        "next month": (
            shifted(today.replace(day=1), 1, "months"),
            shifted(today.replace(day=1), 2, "months") - dt.timedelta(days=1),
        ),
    }
    if said in known:
        first, last = known[said]
        return Listed(said, first, last)
    if core[-1:] == ["weekend"] and (when := whole([word for word in core if word != "on"], moment)) and when.date:
        return Listed(said, when.date, when.date + dt.timedelta(days=1))
    when = whole(core, moment) if core else None
    if when is None or when.date is None or (when.time is not None and not any(w in DAYTIMES for w in core)):
        return None
    return Listed(said, when.date, when.date)
