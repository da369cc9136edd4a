"""Which task somebody means. Only one whose title is said, or has every word that was said, is taken without asking."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from todo_backend.doors.tools.looks import Looks
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


async def by_words(looks: Looks, words: str, status: Sequence[str] = OPEN) -> Candidates:
    """Return the tasks of a status that some words may mean, the likeliest first; empty when there is none."""
    found, _ = await looks.page(q=words, status=tuple(status), limit=PAGE_LIMIT)
    if not found:
        # What the search cannot see (signs, parts of an address) may still be a title.
        listed, _ = await looks.page(status=tuple(status), sort="-updated", limit=PAGE_LIMIT)
        found = [f for f in listed if _plain(f[0].title) == _plain(words)]
    return ranked(words, found)


async def repeating_by_words(looks: Looks, words: str) -> Candidates:
    """Return what some words may mean among series: of each the occurrence that is open, else the latest.

    A paused or ended series may have no open one.
    """
    found, _ = await looks.page(q=words, has_recurrence=True, sort="-updated", limit=PAGE_LIMIT)
    of_series: dict[UUID | None, Found] = {}
    for task, series in found:
        before = of_series.get(task.series_id)
        if before is None or _stands_for(task) > _stands_for(before[0]):
            of_series[task.series_id] = (task, series)
    return ranked(words, tuple(of_series.values()))


def ranked(words: str, found: Sequence[Found]) -> Candidates:
    """Return the best of what a search by prefixes found: that very title, else all of the words, else any."""
    said = set(_WORD.findall(words.casefold()))
    exact = tuple(f for f in found if _plain(f[0].title) == _plain(words))
    whole = tuple(f for f in found if said and said <= set(_WORD.findall(f[0].title.casefold())))
    best = exact or whole
    return Candidates(best or tuple(found), is_sure=len(best) == 1)


def _stands_for(task: Task) -> tuple[bool, int]:
    return task.is_open, task.occurrence_number or 0


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).strip(" .!?")
