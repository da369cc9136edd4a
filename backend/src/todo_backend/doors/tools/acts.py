"""What a tool does: the same use cases as REST, through the same execute(). There is no second write path.

The user comes from the origin, which a door makes of a verified token; no method takes a user. Only the tools of the
registry call these methods (`doors/tools/registry.py`), whoever calls the tools.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

import orjson
from event_contracts.identifiers import uuid7

from todo_backend.application.change import Answer, Command, Decide, Idempotency, Origin, Outcome, Targets
from todo_backend.application.shapes import Json, encode, list_json, task_answer
from todo_backend.doors.rest.tasks import next_json
from todo_backend.doors.services import Services
from todo_backend.doors.tools.looks import Looks
from todo_backend.lists.use_cases.change import ChangeList, change_list
from todo_backend.lists.use_cases.delete import DeleteList, RestoreList, delete_list, restore_list
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
from todo_backend.tasks.use_cases.change import ChangeTask, change_task
from todo_backend.tasks.use_cases.complete import CompleteTask, SkipTask, complete_task, skip_task
from todo_backend.tasks.use_cases.create import CreateTask, create_task
from todo_backend.tasks.use_cases.delete import DeleteTask, RestoreTask, delete_task, restore_task
from todo_backend.tasks.use_cases.postpone import PostponeTask, postpone_task
from todo_backend.tasks.use_cases.reopen import ReopenTask, SuccessorChoice, reopen_task
from todo_backend.tasks.use_cases.undo import UndoAct, undo_act

NextKey = Callable[[], Idempotency | None]


class Acts(Looks):
    """The acts and reads of one caller. Acts return `{task, undo}` as JSON, reads return tasks with their series.

    `next_key` gives the idempotency key of each act in turn, None where its caller named none.
    """

    def __init__(self, services: Services, origin: Origin, next_key: NextKey) -> None:
        super().__init__(services, origin.user_id)
        self.origin = origin
        self._next_key = next_key

    async def create(self, command: CreateTask) -> Json:
        """Create a task. Raises ListNotFound for a list that does not exist."""
        targets = Targets(lists=(command.list_id,) if command.list_id else ())
        respond = partial(_task_and_undo, command.id)
        return await self._execute(partial(create_task, command), targets, respond, creates_tasks=True)

    async def change(self, task_id: UUID, fields: dict[str, Any], version: int | None = None) -> Json:
        """Set fields of a task, as `ChangeTask` has them. Raises StaleEtag when its version is another."""
        targets = Targets(tasks=(task_id,), lists=(fields["list_id"],) if fields.get("list_id") else ())
        return await self._act(partial(change_task, ChangeTask(task_id, fields, version)), targets, task_id)

    async def postpone(self, command: PostponeTask) -> Json:
        """Move a task to another date, its start and reminders with it; of a series only this occurrence."""
        return await self._act(partial(postpone_task, command), Targets(tasks=(command.task_id,)), command.task_id)

    async def make_list(self, name: str) -> Json:
        """Make a list; `{list, undo}`. Raises ListNameTaken, TooManyLists."""
        return await self._act_on_list(partial(make_list, MakeList(uuid7(), name)))

    async def change_list(self, command: ChangeList) -> Json:
        """Give a list another name or place; `{list, undo}`. Raises ListNameTaken."""
        return await self._act_on_list(partial(change_list, command), command.list_id)

    async def delete_list(self, list_id: UUID, version: int | None) -> Json:
        """Delete a list as it was shown; its tasks stay. Raises StaleEtag when it has changed since."""
        return await self._act_on_list(partial(delete_list, DeleteList(list_id, version)), list_id)

    async def restore_list(self, list_id: UUID) -> Json:
        """Take the deletion of a list back. Raises ListNotDeleted, ListNameTaken, TooManyLists."""
        return await self._act_on_list(partial(restore_list, RestoreList(list_id)), list_id)

    async def move_to_list(self, task_id: UUID, list_id: UUID | None) -> Json:
        """Put a task into a list, or into none."""
        return await self.change(task_id, {"list_id": list_id})

    async def complete(self, task_id: UUID, completed_at: dt.datetime | None = None) -> Json:
        """Complete a task; the answer also says its series' next date."""
        decide = partial(complete_task, CompleteTask(task_id, completed_at))
        return await self._execute(decide, Targets(tasks=(task_id,)), partial(_closed, task_id))

    async def skip(self, task_id: UUID) -> Json:
        """Skip a task; the answer also says its series' next date."""
        decide = partial(skip_task, SkipTask(task_id))
        return await self._execute(decide, Targets(tasks=(task_id,)), partial(_closed, task_id))

    async def reopen(self, task_id: UUID, successor: SuccessorChoice | None = None) -> Json:
        """Reopen a task. Raises SuccessorTouched where its next occurrence has been changed."""
        targets = Targets(tasks=(task_id,), successors=True, open_occurrences=True)
        return await self._act(partial(reopen_task, ReopenTask(task_id, successor)), targets, task_id)

    async def delete(self, task_id: UUID, version: int | None, only_this: bool) -> Json:
        """Delete a task as it was shown. Raises StaleEtag when it has changed since."""
        command = DeleteTask(task_id, "this" if only_this else "series", version)
        return await self._act(partial(delete_task, command), Targets(tasks=(task_id,)), task_id)

    async def restore(self, task_id: UUID) -> Json:
        """Take a deletion back, with the series that it had ended. Raises TaskNotDeleted, OccurrenceConflict."""
        targets = Targets(tasks=(task_id,), open_occurrences=True)
        return await self._act(partial(restore_task, RestoreTask(task_id)), targets, task_id)

    async def pause(self, series_id: UUID, task_id: UUID, until: dt.date | None) -> Json:
        """Pause a series, until a day where one is said. Raises ResumeDayPassed, SeriesHasEnded."""
        return await self.on_series(partial(pause_series, PauseSeries(series_id, until)), series_id, task_id)

    async def resume(self, series_id: UUID, task_id: UUID) -> Json:
        """Let a paused series go on. Raises SeriesHasEnded."""
        return await self.on_series(partial(resume_series, ResumeSeries(series_id)), series_id, task_id)

    async def end(self, series_id: UUID, task_id: UUID) -> Json:
        """End a series; its open occurrence stays."""
        return await self.on_series(partial(end_series, EndSeries(series_id)), series_id, task_id)

    async def skip_missed(self, series_id: UUID, task_id: UUID) -> Json:
        """Skip what is overdue of a series and every date before now. Raises SeriesPaused, SeriesHasEnded."""
        return await self.on_series(partial(skip_missed, SkipMissed(series_id)), series_id, task_id)

    async def to_next_date(self, task_id: UUID) -> Json:
        """Move an occurrence to its rule's next date. Raises TaskDoesNotRepeat, SeriesHasEnded, NoNextDate."""
        targets = Targets(tasks=(task_id,), open_occurrences=True, newest=True)
        return await self._act(partial(postpone_to_next_date, PostponeToNextDate(task_id)), targets, task_id)

    async def on_series(self, decide: Decide, series_id: UUID, task_id: UUID, list_id: UUID | None = None) -> Json:
        """Do an act on a series; the answer shows one of its tasks. After a split that task may be of the new one."""
        named = (list_id,) if list_id else ()
        targets = Targets(tasks=(task_id,), series=(series_id,), lists=named, open_occurrences=True, newest=True)
        return await self._act(decide, targets, task_id)

    async def undo(self, handle: UUID, successor: SuccessorChoice | None = None) -> Json:
        """Take an act back; `{tasks, gone, lists}` as they are then."""
        targets = await reading.undo_targets(self._services.pool, self.origin.user_id, handle)
        return await self._execute(partial(undo_act, UndoAct(handle, successor)), targets, _undone)

    async def _act(self, decide: Decide, targets: Targets, task_id: UUID) -> Json:
        return await self._execute(decide, targets, partial(_task_and_undo, task_id))

    async def _act_on_list(self, decide: Decide, list_id: UUID | None = None) -> Json:
        targets = Targets(lists=(list_id,) if list_id else (), all_lists=True, account=True)
        return await self._execute(decide, targets, partial(_list_and_undo, list_id))

    async def _execute(
        self, decide: Decide, targets: Targets, respond: Callable[[Outcome], Answer], *, creates_tasks: bool = False
    ) -> Json:
        command = Command(self.origin, targets, decide, respond, self._next_key(), creates_tasks=creates_tasks)
        answer = await self._services.executor.execute(command)
        return orjson.loads(answer.body)


def _shown(task_id: UUID, outcome: Outcome, **more: Json | None) -> Answer:
    task = outcome.task(task_id)
    return Answer(200, encode({"task": task_answer(task, outcome.series_of(task)), "undo": outcome.undo, **more}))


def _task_and_undo(task_id: UUID, outcome: Outcome) -> Answer:
    return _shown(task_id, outcome)


def _closed(task_id: UUID, outcome: Outcome) -> Answer:
    return _shown(task_id, outcome, next=next_json(task_id, outcome))


def _undone(outcome: Outcome) -> Answer:
    tasks, gone = list[Json](), list[Json]()
    for task in (write.after for write in outcome.change.tasks):
        (tasks if task.is_live else gone).append(task_answer(task, outcome.series_of(task)))
    return Answer(
        200, encode({"tasks": tasks, "gone": gone, "lists": [list_json(w.after) for w in outcome.change.lists]})
    )


def _list_and_undo(list_id: UUID | None, outcome: Outcome) -> Answer:
    one = outcome.list_of(list_id) if list_id else outcome.change.lists[0].after
    return Answer(200, encode({"list": list_json(one), "undo": outcome.undo}))
