"""Which task somebody means. Only one whose title is said, or has every word that was said, is taken without asking."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from task_language import Target

from todo_backend.conversations.domain import Memory
from todo_backend.doors.chat.tools import Tools
from todo_backend.tasks.domain import Task
from todo_backend.tasks.listing import PAGE_LIMIT
from todo_backend.tasks.reading import Found

_WORD = re.compile(r"\w+")
OPEN = ("open",)
CLOSED = ("done", "skipped", "missed")


@dataclass(frozen=True, slots=True)
class Candidates:
    """What may be meant. `is_sure`: there is one, and no doubt about it."""

    found: tuple[Found, ...]
    is_sure: bool


async def find(target: Target, memory: Memory, tools: Tools, status: Sequence[str] = OPEN) -> Candidates:
    """Return the tasks of a status that a target may mean, the likeliest first; empty when there is none."""
    if target.is_it or target.number is not None:
        task_id = memory.focus if target.is_it else _offered(memory, target.number or 0)
        found = await tools.one(task_id) if task_id else None
        return Candidates((found,), True) if found and found[0].status in status else Candidates((), False)
    found, _ = await tools.page(q=target.words, status=tuple(status), limit=PAGE_LIMIT)
    if not found:
        # What the search cannot see (signs, parts of an address) may still be a title.
        listed, _ = await tools.page(status=tuple(status), sort="-updated", limit=PAGE_LIMIT)
        found = [f for f in listed if _plain(f[0].title) == _plain(target.words)]
    return ranked(target.words, found)


async def find_repeating(target: Target, memory: Memory, tools: Tools) -> Candidates:
    """Return what a target may mean among series: of each the occurrence that is open, else the latest.

    A paused or ended series may have no open one. Where none is meant, the open tasks, so that they can be named.
    """
    if not target.words:
        return await find(target, memory, tools, (*OPEN, *CLOSED))
    found, _ = await tools.page(q=target.words, has_recurrence=True, sort="-updated", limit=PAGE_LIMIT)
    of_series: dict[UUID | None, Found] = {}
    for task, series in found:
        before = of_series.get(task.series_id)
        if before is None or _stands_for(task) > _stands_for(before[0]):
            of_series[task.series_id] = (task, series)
    return ranked(target.words, tuple(of_series.values())) if of_series else await find(target, memory, tools)


def _stands_for(task: Task) -> tuple[bool, int]:
    return task.is_open, task.occurrence_number or 0


def ranked(words: str, found: Sequence[Found]) -> Candidates:
    """Return the best of what a search by prefixes found: that very title, else all of the words, else any."""
    said = set(_WORD.findall(words.casefold()))
    exact = tuple(f for f in found if _plain(f[0].title) == _plain(words))
    whole = tuple(f for f in found if said and said <= set(_WORD.findall(f[0].title.casefold())))
    best = exact or whole
    return Candidates(best or tuple(found), is_sure=len(best) == 1)


def _offered(memory: Memory, number: int) -> UUID | None:
    place = number - 1 if number > 0 else number
    return memory.offered[place] if -len(memory.offered) <= place < len(memory.offered) else None


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).strip(" .!?")
