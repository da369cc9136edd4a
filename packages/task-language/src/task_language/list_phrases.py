"""Lists in the chat: a task put into one, and a new one."""

from __future__ import annotations

from dataclasses import replace

from task_language import intents
from task_language.intents import Intent, NotUnderstood
from task_language.lexicon import first_of
from task_language.line import Line
from task_language.quick_add import parse

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


def added_to_list(line: Line) -> Intent | None:
    """Read "stamps to my errands list", "glue to my list", "glue on the errands list tomorrow": something new."""
    low = line.low
    for at in range(1, len(low) - 1):
        lead = first_of(low, at, ("to my", "to the", "on my", "on the", "onto the", "in my", "in the"))
        past = at + lead
        while lead and past < len(low) and past - at - lead <= _LONGEST:
            if low[past] == "list":
                rest = replace(line, text=f"{line.text[: line.words[at].start]}{line.text[line.words[past].end :]}")
                draft = parse(rest.text, line.moment)
                name = line.part(at + lead, past).text.strip(' "“”')
                return intents.Add(replace(draft, list_name=name or None)) if draft.title else None
            past += 1
    return None


def put_in_list(line: Line) -> Intent | None:
    """Read "glue on the errands list": move it there, or add it where there is no such task."""
    moved, added = into_list(line), added_to_list(line)
    if not isinstance(moved, intents.MoveToList) or not isinstance(added, intents.Add):
        return moved
    return replace(moved, or_add=added.draft) if added.draft.list_name == moved.list_name else moved


def renamed(line: Line) -> Intent | None:
    """Read "the list Errands to Town", "my errands list to Town", and of a task "milk to oat milk"."""
    low = line.low
    at = next((place for place in range(len(low) - 2, 0, -1) if low[place] in ("to", "into", "as")), None)
    if at is None:
        return NotUnderstood("incomplete", "Say what it is called now, for example “rename milk to oat milk”.")
    new = line.part(at + 1).text.strip(' "“”')
    name = _said_list(line.part(0, at))
    if name is not None:
        return intents.RenameList(name, new)
    target = line.part(0, at).target()
    return intents.Rename(target, new) if target else None


def called(line: Line) -> Intent | None:
    """Read "my errands list Town"."""
    at = line.low.index("list") if "list" in line.low[:-1] else 0
    name = _said_list(line.part(0, at + 1)) if at else None
    return intents.RenameList(name, line.part(at + 1).text.strip(' "“”')) if name else None


def deleted_list(line: Line) -> Intent | None:
    """Read "the list Errands", "my errands list"."""
    name, target = _said_list(line), line.target()
    return intents.DeleteList(name, target) if name and target else None


def asked_lists(line: Line) -> Intent | None:
    """Read "which lists do I have", "show my lists"."""
    said = [word for word in line.low if word not in ("me", "my", "all", "the", "do", "i", "have", "are", "there")]
    return intents.Lists() if said in (["lists"], ["which", "lists"], ["what", "lists"], ["show", "lists"]) else None


def _said_list(line: Line) -> str | None:
    """Return the name in "the list Errands", "my errands list"; None where no list is said."""
    low = line.low
    lead = first_of(low, 0, ("the list called", "my list called", "the list", "my list", "list"))
    if lead and lead < len(low):
        return line.part(lead).text.strip(' "“”') or None
    lead = first_of(low, 0, ("the", "my", "our"))
    if low[-1:] == ["list"] and lead < len(low) - 1:
        return line.part(lead, -1).text.strip(' "“”') or None
    return None


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
