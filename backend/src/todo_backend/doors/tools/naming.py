"""How a tool is told which task or list is meant: by its id, or by words. In doubt nothing is done, and it is asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from pydantic import Field

from todo_backend.doors.rest.fields import Line
from todo_backend.doors.said import named
from todo_backend.doors.tools import shown
from todo_backend.doors.tools.acting import Acting
from todo_backend.doors.tools.refused import Refused
from todo_backend.doors.tools.which import CLOSED, OPEN, Candidates, by_words, repeating_by_words
from todo_backend.errors import ListNotFound, TaskDoesNotRepeat, TaskNotFound
from todo_backend.lists.domain import NAME_LIMIT, TaskList
from todo_backend.series import past_reading, reading
from todo_backend.series.domain import Series
from todo_backend.tasks.domain import TITLE_LIMIT, Task
from todo_backend.tasks.reading import Found

OFFERED = 9

TaskName = Annotated[
    Line,
    Field(
        max_length=TITLE_LIMIT,
        description="which task: its id, or words of its title; where several match, nothing is done and the "
        "candidates come back with their ids",
        examples=["pay rent"],
    ),
]
SeriesName = Annotated[
    Line,
    Field(
        max_length=TITLE_LIMIT,
        description="which repeating task: the id of one of its tasks or of its series, or words of its title",
    ),
]
ListName = Annotated[Line, Field(max_length=NAME_LIMIT, description="which list: its name or its id")]


async def meant(acting: Acting, said: str, status: Sequence[str] = OPEN) -> Found:
    """Return the one task that is meant. Raises TaskNotFound, or Refused `ambiguous` with the candidates."""
    task_id = _id(said)
    if task_id is not None:
        found = await acting.acts.even_deleted(task_id)
        if found is None:
            raise TaskNotFound
        return found
    candidates = await by_words(acting.acts, said, status)
    if candidates.found:
        return _sure(candidates, acting)
    others = await by_words(acting.acts, said, CLOSED if tuple(status) == OPEN else OPEN)
    if others.found:
        others = Candidates(others.found[:OFFERED], is_sure=False)
        state = "open" if tuple(status) == OPEN else "closed"
        raise Refused(
            "task_not_found",
            f"There is no {state} task like {named(said)}.",
            "These are like it, but not so; name one by its id if it is meant.",
            candidates=_lines(others, acting),
        )
    raise TaskNotFound(named(said))


async def meant_series(acting: Acting, said: str) -> tuple[Task, Series]:
    """Return the series that is meant, with its open occurrence, else its newest one.

    Raises TaskDoesNotRepeat, TaskNotFound, or Refused `ambiguous` with the candidates.
    """
    given = _id(said)
    if given is None:
        candidates = await repeating_by_words(acting.acts, said)
        task, series = _sure(candidates, acting) if candidates.found else await meant(acting, said)
    else:
        found = await acting.acts.even_deleted(given)
        task, series = found if found is not None else await _by_series(acting, given)
    if series is None:
        raise TaskDoesNotRepeat
    return task, series


async def meant_list(acting: Acting, said: str, *, deleted: bool = False) -> TaskList:
    """Return the list that is meant. Raises ListNotFound, ListMissing."""
    list_id = _id(said)
    if list_id is not None:
        return await acting.acts.list_of(list_id)
    if not deleted:
        return await acting.acts.list_named(said)
    gone = [one for one in await acting.acts.lists(deleted=True) if one.name.casefold() == said.casefold()]
    if not gone:
        raise ListNotFound(said)
    return gone[0]


async def _by_series(acting: Acting, series_id: UUID) -> Found:
    pool = acting.services.pool
    series = await reading.one(pool, acting.user_id, series_id)
    newest = None if series is None else await past_reading.newest(pool, acting.user_id, series_id)
    if series is None or newest is None:
        raise TaskNotFound
    return newest, series


def _sure(candidates: Candidates, acting: Acting) -> Found:
    if candidates.is_sure:
        return candidates.found[0]
    more = len(candidates.found) > OFFERED
    raise Refused(
        "ambiguous",
        "Several tasks may be meant; nothing was changed. Ask which one, and call again with its id.",
        "There are more than these." if more else None,
        candidates=_lines(candidates, acting),
    )


def _lines(candidates: Candidates, acting: Acting) -> list[dict[str, object]]:
    return [shown.line(found, acting).model_dump(mode="json") for found in candidates.found[:OFFERED]]


def _id(said: str) -> UUID | None:
    try:
        return UUID(said)
    except ValueError:
        return None
