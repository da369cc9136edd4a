"""Which task is meant by what people tell of it, "I watered the plants", and by words with a slip in them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

from task_language import stems

from todo_backend.doors.chat.finding import OPEN, Candidates
from todo_backend.doors.tools.looks import Looks
from todo_backend.tasks.listing import PAGE_LIMIT
from todo_backend.tasks.reading import Found

_WORD = re.compile(r"\w+")
LIKE = 0.8
"""How alike two words must be for one to be the other with a slip: of "laundry", "landry" is 0.92, "sundry" 0.77."""
SHORTEST = 4


async def told_of(words: str, looks: Looks) -> Candidates:
    """Return the open tasks whose every word was told of; sure when it is one."""
    said = stems(words)
    listed, _ = await looks.page(status=OPEN, sort="due", limit=PAGE_LIMIT)
    found = tuple(each for each in listed if stems(each[0].title) <= said)
    return Candidates(found, is_sure=len(found) == 1)


async def with_slips(words: str, looks: Looks, status: Sequence[str] = OPEN) -> Candidates:
    """Return what may be meant by words that no title has as they were typed; never sure."""
    listed, _ = await looks.page(status=tuple(status), sort="-updated", limit=PAGE_LIMIT)
    said = [word for word in _WORD.findall(words.casefold()) if len(word) >= SHORTEST]
    return Candidates(tuple(each for each in listed if said and _is_like(said, each[0].title)), is_sure=False)


def chosen_by_words(words: str, offered: Sequence[Found]) -> int | None:
    """Return the place, from 1, of the one offered task that words alone can mean; None when there are more or none."""
    said = {word for word in _WORD.findall(words.casefold()) if word not in ("the", "one", "please", "my", "with", "i")}
    fits = [n for n, (task, _) in enumerate(offered, 1) if said and said <= set(_WORD.findall(task.title.casefold()))]
    return fits[0] if len(fits) == 1 else None


def _is_like(said: Sequence[str], title: str) -> bool:
    words = _WORD.findall(title.casefold())
    return all(difflib.get_close_matches(word, words, n=1, cutoff=LIKE) for word in said)
