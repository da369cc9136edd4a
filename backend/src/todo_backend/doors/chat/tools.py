"""The chat's tools: the same use cases as REST through the same execute(), as an agent on its user's behalf.

The user comes from the token, never from an argument. Each act has an idempotency key made of the message that asked
for it, so that a message that is sent again gets the kept answer.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

import orjson
from event_contracts.identifiers import uuid7
from task_language import Draft

from todo_backend.application.change import (
    Answer,
    Change,
    Command,
    Context,
    Idempotency,
    Loaded,
    Origin,
    Outcome,
    Targets,
)
from todo_backend.application.shapes import Json, encode, list_json, task_answer
from todo_backend.doors.services import Services
from todo_backend.errors import ListNotFound
from todo_backend.lists.domain import TaskList
from todo_backend.lists.reading import by_name
from todo_backend.lists.use_cases.make import MakeList, make_list
from todo_backend.series.use_cases.catch_up import (
    PostponeToNextDate,
    SkipMissed,
    postpone_to_next_date,
    skip_missed,
)
from todo_backend.series.use_cases.pause import (
    EndSeries,
    PauseSeries,
    ResumeSeries,
    end_series,
    pause_series,
    resume_series,
)
from todo_backend.tasks import reading
from todo_backend.tasks.lines import command_of
from todo_backend.tasks.listing import Listing
from todo_backend.tasks.reading import Found
from todo_backend.tasks.use_cases.change import ChangeTask, change_task
from todo_backend.tasks.use_cases.complete import CompleteTask, SkipTask, complete_task, skip_task
from todo_backend.tasks.use_cases.create import create_task
from todo_backend.tasks.use_cases.delete import DeleteTask, delete_task
from todo_backend.tasks.use_cases.reopen import ReopenTask, reopen_task
from todo_backend.tasks.use_cases.undo import UndoAct, undo_act

Decide = Callable[[Loaded, Context], Change]


class Tools:
    """The acts and reads of one turn. Acts return `{task, undo}`, reads return tasks with their series."""

    def __init__(self, services: Services, origin: Origin, message_key: str | None) -> None:
        self._services = services
        self._origin = origin
        self._message_key = message_key
        self._acts = 0

    async def add(self, draft: Draft) -> Json:
        """Create the task of a draft. Raises ListNotFound for a list that does not exist."""
        task_id = uuid7()
        list_id = None if draft.list_name is None else (await self.list_named(draft.list_name)).id
        decide = partial(create_task, command_of(draft, task_id, list_id))
        return await self._act(decide, Targets(lists=(list_id,) if list_id else ()))

    async def change(self, task_id: UUID, fields: dict[str, Any]) -> Json:
        """Set fields of a task, as `ChangeTask` has them."""
        return await self._act(partial(change_task, ChangeTask(task_id, fields)), Targets(tasks=(task_id,)), task_id)

    async def list_named(self, name: str) -> TaskList:
        """Return the list that is meant. Raises ListNotFound with its name."""
        found = await by_name(self._services.pool, self._origin.user_id, name)
        if found is None:
            raise ListNotFound(name)
        return found

    async def make_list(self, name: str) -> Json:
        """Make a list; `{list, undo}`. Raises ListNameTaken, TooManyLists."""
        targets = Targets(all_lists=True, account=True)
        return await self._execute(partial(make_list, MakeList(uuid7(), name)), targets, _list_and_undo)

    async def move_to_list(self, task_id: UUID, list_id: UUID | None) -> Json:
        """Put a task into a list, or into none."""
        targets = Targets(tasks=(task_id,), lists=(list_id,) if list_id else ())
        return await self._act(partial(change_task, ChangeTask(task_id, {"list_id": list_id})), targets, task_id)

    async def complete(self, task_id: UUID) -> Json:
        """Complete a task."""
        return await self._act(partial(complete_task, CompleteTask(task_id)), Targets(tasks=(task_id,)), task_id)

    async def skip(self, task_id: UUID) -> Json:
        """Skip a task."""
        return await self._act(partial(skip_task, SkipTask(task_id)), Targets(tasks=(task_id,)), task_id)

    async def reopen(self, task_id: UUID) -> Json:
        """Reopen a task. Raises SuccessorTouched where its next occurrence has been changed."""
        targets = Targets(tasks=(task_id,), successors=True)
        return await self._act(partial(reopen_task, ReopenTask(task_id)), targets, task_id)

    async def delete(self, task_id: UUID, version: int | None, only_this: bool) -> Json:
        """Delete a task as it was shown. Raises StaleEtag when it has changed since."""
        command = DeleteTask(task_id, "this" if only_this else "series", version)
        return await self._act(partial(delete_task, command), Targets(tasks=(task_id,)), task_id)

    async def pause(self, series_id: UUID, task_id: UUID, until: dt.date | None) -> Json:
        """Pause a series, until a day where one is said. Raises ResumeDayPassed, SeriesHasEnded."""
        return await self._act_on_series(partial(pause_series, PauseSeries(series_id, until)), series_id, task_id)

    async def resume(self, series_id: UUID, task_id: UUID) -> Json:
        """Let a paused series go on. Raises SeriesHasEnded."""
        return await self._act_on_series(partial(resume_series, ResumeSeries(series_id)), series_id, task_id)

    async def end(self, series_id: UUID, task_id: UUID) -> Json:
        """End a series; its open occurrence stays."""
        return await self._act_on_series(partial(end_series, EndSeries(series_id)), series_id, task_id)

    async def skip_missed(self, series_id: UUID, task_id: UUID) -> Json:
        """Skip what is overdue of a series and every date before now. Raises SeriesPaused, SeriesHasEnded."""
        return await self._act_on_series(partial(skip_missed, SkipMissed(series_id)), series_id, task_id)

    async def to_next_date(self, task_id: UUID) -> Json:
        """Move an occurrence to its rule's next date. Raises TaskDoesNotRepeat, SeriesHasEnded, NoNextDate."""
        targets = Targets(tasks=(task_id,), open_occurrences=True, newest=True)
        return await self._act(partial(postpone_to_next_date, PostponeToNextDate(task_id)), targets, task_id)

    async def undo(self, handle: UUID) -> Json:
        """Take an act back; `{tasks, lists}` as they are then."""
        targets = await reading.undo_targets(self._services.pool, self._origin.user_id, handle)
        return await self._execute(partial(undo_act, UndoAct(handle)), targets, _undone)

    async def page(self, **filters: Any) -> tuple[list[Found], bool]:
        """Return tasks that match and whether there are more."""
        found, cursor = await reading.page(self._services.pool, Listing(user_id=self._origin.user_id, **filters))
        return found, cursor is not None

    async def one(self, task_id: UUID) -> Found | None:
        """Return a live task with its series."""
        found = await reading.one(self._services.pool, self._origin.user_id, task_id)
        return found if found is not None and found[0].is_live else None

    async def _act_on_series(self, decide: Decide, series_id: UUID, task_id: UUID) -> Json:
        targets = Targets(tasks=(task_id,), series=(series_id,), open_occurrences=True, newest=True)
        return await self._act(decide, targets, task_id)

    async def _act(self, decide: Decide, targets: Targets, task_id: UUID | None = None) -> Json:
        return await self._execute(decide, targets, partial(_task_and_undo, task_id))

    async def _execute(self, decide: Decide, targets: Targets, respond: Callable[[Outcome], Answer]) -> Json:
        command = Command(self._origin, targets, decide, respond, self._idempotency())
        answer = await self._services.executor.execute(command)
        return orjson.loads(answer.body)

    def _idempotency(self) -> Idempotency | None:
        if self._message_key is None:
            return None
        self._acts += 1
        digest = hashlib.sha256(f"{self._message_key}\0{self._acts}".encode()).digest()
        return Idempotency(f"chat:{digest.hex()}", digest)


def _task_and_undo(task_id: UUID | None, outcome: Outcome) -> Answer:
    task = outcome.task(task_id) if task_id else outcome.change.tasks[0].after
    body = {"task": task_answer(task, outcome.series_of(task)), "undo": outcome.undo}
    return Answer(200, encode(body))


def _undone(outcome: Outcome) -> Answer:
    shown = [task_answer(write.after, outcome.series_of(write.after)) for write in outcome.change.tasks]
    return Answer(200, encode({"tasks": shown, "lists": [list_json(w.after) for w in outcome.change.lists]}))


def _list_and_undo(outcome: Outcome) -> Answer:
    return Answer(200, encode({"list": list_json(outcome.change.lists[0].after), "undo": outcome.undo}))
