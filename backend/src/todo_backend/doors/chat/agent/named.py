"""Whether the person's own lines name what a model wants to do: what they do not name waits for their yes.

A note that somebody else wrote may ask a model for anything, and no model can be trusted to know a wish from a note. So
code compares: the title of the task or list that an act is about, or the title that it gives, must stand in what the
person typed, in this line or the two before it, or be what the conversation is about ("it", "the second one").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from task_language import Undo, parse, stems, understand

from todo_backend.application.shapes import Json
from todo_backend.doors.chat.model import Asked

LINES_BEFORE = 2
COMMON = stems(
    "add all ask book bring buy call check clean clear close complete create delete do email everything finish fix get "
    "give go list make mark meet move new order pay pick plan please put read remind reopen repeat reschedule send "
    "skip start stop take task tell text todo write one ones thing things it not no"
)
"""What stands in many titles and lines, and names none."""
NEVER_NAMED = {"change_preferences", "mark_notifications_read"}
"""Acts without a title and without an undo."""
_NUMBER = re.compile(r"\b([1-9])\b")


class PersonsWords:
    """What the person's lines name. It learns the titles of what the tools have shown, by their ids."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        turns = [turn for turn in asked.before.turns if turn.reply is not None]
        lines = [*(turn.text for turn in turns[-LINES_BEFORE:]), asked.line]
        self._said = frozenset().union(*(stems(line) for line in lines))
        self._intent = understand(asked.line, asked.moment)
        self._own_undos = set[str]()
        self._meant = set(_meant(asked, self._intent))
        self.titles = dict[str, str]()
        for turn in asked.before.turns:
            for part in turn.reply.parts if turn.reply else ():
                self.learn(part)

    def learn(self, shown: Any) -> None:
        """Take the titles and names out of something that was shown."""
        self.titles |= dict(_titles(shown))

    def acted(self, result: Json) -> None:
        """Note the handle of an act of this turn: the model may take back what it did itself."""
        if isinstance(result.get("undo"), str):
            self._own_undos.add(result["undo"])

    def names(self, tool: str, given: Json) -> bool:
        """Return whether an act with these arguments is one that the person's lines name."""
        if tool in NEVER_NAMED:
            return False
        if tool == "undo":
            return isinstance(self._intent, Undo) or str(given.get("handle")) in self._own_undos
        about = [given[name] for name in ("task", "list_name") if given.get(name)]
        told = [given[name] for name in ("title", "name") if given.get(name)]
        line = given.get("line")
        if isinstance(line, str) and line.strip():
            told.append(parse(line, self._asked.moment).title or line)
        return bool(about or told) and all(self._is_named(str(each)) for each in (*about, *told))

    def shown(self, given: Json) -> str:
        """Return what an act is about, in words."""
        about = next((str(given[n]) for n in ("task", "list_name", "title", "name", "line") if given.get(n)), "")
        return self.titles.get(about, about)

    def _is_named(self, said: str) -> bool:
        if said in self._meant:
            return True
        title = self.titles.get(said, said)
        words = stems(title)
        telling = words - COMMON or words
        return bool(telling) and 2 * len(telling & self._said) >= len(telling)


def _meant(asked: Asked, intent: Any) -> Iterator[str]:
    """Yield the ids of what the conversation points at: "it", and what was listed under a number that is said."""
    memory = asked.before.memory
    if memory.focus is not None:
        yield str(memory.focus)
    target = getattr(intent, "target", None)
    numbers = {int(found) for found in _NUMBER.findall(asked.line)}
    numbers |= {n for n in (getattr(target, "number", None), getattr(intent, "number", None)) if n is not None}
    for number in numbers:
        place = number - 1 if number > 0 else number
        if -len(memory.offered) <= place < len(memory.offered):
            yield str(memory.offered[place])


def _titles(shown: Any) -> Iterator[tuple[str, str]]:
    if isinstance(shown, dict):
        title = shown.get("title") or shown.get("name")
        for key in ("id", "task_id", "list_id", "series_id"):
            if isinstance(title, str) and isinstance(shown.get(key), str):
                # A task names its list by id, too; that is no title of the list.
                if key == "list_id" and "status" in shown:
                    continue
                yield shown[key], title
        for value in shown.values():
            yield from _titles(value)
    elif isinstance(shown, list | tuple):
        for value in shown:
            yield from _titles(value)


def is_id(said: object) -> bool:
    """Return whether something is an id, whose title is to be asked."""
    try:
        UUID(str(said))
    except ValueError:
        return False
    return True
