"""Lists in the chat: a task put into one, and a new one."""

from __future__ import annotations

from task_language import intents
from task_language.intents import Intent, NotUnderstood
from task_language.lexicon import first_of
from task_language.line import Line

_LONGEST = 3


def into_list(line: Line) -> Intent | None:
    """Read "X to Home", "X into the list Home", "X to my shopping list", "X to no list"."""
    low = line.low
    for at in range(len(low) - 2, 0, -1):
        # "In" and "on" are often of the title: a list must be said then.
        if low[at] in ("to", "into", "onto") or (low[at] in ("in", "on") and "list" in (low[at + 1], low[-1])):
            target, name = line.part(0, at).target(), _named(line.part(at + 1))
            return intents.MoveToList(target, name or None) if target and name is not None else None
    return None


def made_list(line: Line) -> Intent | None:
    """Read "a shopping list"."""
    low = line.low
    lead = first_of(low, 0, ("a", "my", "the"))
    if not lead or low[-1:] != ["list"] or not 0 < len(low) - lead - 1 <= _LONGEST or low[lead] in ("list", "new"):
        return None
    return intents.MakeList(line.part(lead, -1).text.strip(' "“”'))


def new_list(line: Line) -> Intent | None:
    """Read "a list Home", "a new list called Home"; "a list of guests" is something to do."""
    low = line.low
    taken = first_of(low, 0, ("a new list", "a list", "new list", "list"))
    if not taken or low[taken : taken + 1] in (["of"], ["for"], ["with"], ["to"]):
        return None
    name = line.part(taken + first_of(low, taken, ("called", "named"))).text.strip(' "“”')
    if not name:
        return NotUnderstood("incomplete", "Say what the list is called, for example “make a list Household”.")
    return intents.MakeList(name)


def _named(line: Line) -> str | None:
    """Return the name of a list, empty for none of them; None where no name is said."""
    low = line.low
    if " ".join(low) in ("no list", "the inbox", "inbox"):
        return ""
    lead = first_of(low, 0, ("the list", "my list", "list"))
    past = len(low)
    if not lead and low[-1:] == ["list"]:
        lead, past = first_of(low, 0, ("my", "the", "our")), past - 1
    return line.part(lead, past).text.strip(' "“”') or None
