"""Which task a line means: by its words as any tool finds it, or by what the conversation points at."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from task_language import Target

from todo_backend.conversations.domain import Memory
from todo_backend.doors.tools.looks import Looks
from todo_backend.doors.tools.which import CLOSED, OPEN, Candidates, by_words, ranked, repeating_by_words

__all__ = ["CLOSED", "OPEN", "Candidates", "find", "find_repeating", "ranked"]


async def find(target: Target, memory: Memory, looks: Looks, status: Sequence[str] = OPEN) -> Candidates:
    """Return the tasks of a status that a target may mean, the likeliest first; empty when there is none."""
    if target.is_it or target.number is not None:
        task_id = memory.focus if target.is_it else _offered(memory, target.number or 0)
        found = await looks.one(task_id) if task_id else None
        return Candidates((found,), True) if found and found[0].status in status else Candidates((), False)
    return await by_words(looks, target.words, status)


async def find_repeating(target: Target, memory: Memory, looks: Looks) -> Candidates:
    """Return what a target may mean among series; where none is meant, the open tasks, so that they can be named."""
    if not target.words:
        return await find(target, memory, looks, (*OPEN, *CLOSED))
    found = await repeating_by_words(looks, target.words)
    return found if found.found else await find(target, memory, looks)


def _offered(memory: Memory, number: int) -> UUID | None:
    place = number - 1 if number > 0 else number
    return memory.offered[place] if -len(memory.offered) <= place < len(memory.offered) else None
