"""Tasks over REST. Every act is one `execute()`; answers are written by `shapes` and kept under the idempotency key."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated, Literal
from uuid import UUID

from event_contracts.identifiers import uuid7
from fastapi import APIRouter, Body, Query, Response
from recurrence_rules import Next

from todo_backend.application.change import Answer, Change, Command, Context, Loaded, Outcome, Targets
from todo_backend.application.shapes import Json, due_json, encode, instant, task_answer
from todo_backend.doors.rest import replies
from todo_backend.doors.rest.fields import CleanText, WallDate
from todo_backend.doors.rest.identity import Caller, Owner, reply
from todo_backend.doors.rest.requests import Completion, NewTask, Postponement, Priority, Reopening, TaskPatch
from todo_backend.errors import TaskNotFound
from todo_backend.series.next_dates import after_closing
from todo_backend.series.use_cases.catch_up import PostponeToNextDate, postpone_to_next_date
from todo_backend.series.use_cases.rules import days_off
from todo_backend.tasks import reading
from todo_backend.tasks.domain import Due
from todo_backend.tasks.listing import PAGE_LIMIT, Listing, Sort
from todo_backend.tasks.use_cases.change import ChangeTask, change_task
from todo_backend.tasks.use_cases.complete import CompleteTask, SkipTask, complete_task, skip_task
from todo_backend.tasks.use_cases.create import create_task
from todo_backend.tasks.use_cases.delete import DeleteTask, RestoreTask, delete_task, restore_task
from todo_backend.tasks.use_cases.postpone import postpone_task
from todo_backend.tasks.use_cases.reopen import ReopenTask, reopen_task

InList = Annotated[
    UUID | Literal["none"] | None, Query(description="`none`: what is in no list, or in one that was deleted")
]

router = APIRouter(prefix="/api/{user_id}", tags=["tasks"])


@router.post("/tasks", status_code=201, response_model=replies.Task)
async def create(caller: Owner, body: NewTask) -> Response:
    """Create a task. `Undo-Handle` in the answer's headers takes it back."""
    task_id = uuid7()
    command = body.command(task_id)
    lists = (command.list_id,) if command.list_id else ()
    act = partial(create_task, command)
    return await _act(caller, task_id, act, Targets(lists=lists), _created, creates_tasks=True)


@router.get("/tasks", response_model=replies.TaskPage)
async def page(
    caller: Owner,
    status: Annotated[list[Literal["open", "done", "skipped", "missed"]], Query()] = [],  # noqa: B006
    priority: Annotated[list[Priority], Query()] = [],  # noqa: B006
    tag: Annotated[list[CleanText], Query(max_length=20)] = [],  # noqa: B006
    tag_match: Literal["any", "all"] = "any",
    list_id: InList = None,
    due_from: WallDate | None = None,
    due_to: WallDate | None = None,
    overdue: bool = False,
    has_recurrence: bool | None = None,
    q: Annotated[CleanText | None, Query(max_length=200)] = None,
    changed_after: Annotated[int | None, Query(ge=0, le=2**62)] = None,
    sort: Sort = "created",
    cursor: Annotated[CleanText | None, Query(max_length=500)] = None,
    limit: Annotated[int, Query(ge=1, le=PAGE_LIMIT)] = 50,
) -> Response:
    """List tasks, all statuses unless asked. `changed_after` lists what changed since, deleted ones included."""
    listing = Listing(
        user_id=caller.user_id,
        status=tuple(status),
        priority=tuple(priority),
        tag=tuple(tag),
        tag_match=tag_match,
        list_id=list_id,
        due_from=due_from,
        due_to=due_to,
        overdue=overdue,
        has_recurrence=has_recurrence,
        q=q,
        changed_after=changed_after,
        sort=sort,
        cursor=cursor,
        limit=limit,
    )
    found, next_cursor = await reading.page(caller.services.pool, listing)
    body = {"items": [task_answer(task, series) for task, series in found], "next_cursor": next_cursor}
    return reply(Answer(200, encode(body)))


@router.get("/tasks/{task_id}", response_model=replies.Task)
async def one(caller: Owner, task_id: UUID) -> Response:
    """Read a task, a deleted one too."""
    found = await reading.one(caller.services.pool, caller.user_id, task_id)
    if found is None:
        raise TaskNotFound
    return reply(Answer(200, encode(task_answer(*found)), {"ETag": f'"{found[0].version}"'}))


@router.patch("/tasks/{task_id}", response_model=replies.Task)
async def patch(caller: Owner, task_id: UUID, body: TaskPatch) -> Response:
    """Change fields of a task. `Undo-Handle` in the answer's headers takes it back."""
    fields = body.domain_fields()
    lists = (fields["list_id"],) if fields.get("list_id") else ()
    command = ChangeTask(task_id, fields, caller.expected_version)
    return await _act(caller, task_id, partial(change_task, command), Targets(tasks=(task_id,), lists=lists), _as_task)


@router.post("/tasks/{task_id}/complete", response_model=replies.TaskAndNext)
async def complete(caller: Owner, task_id: UUID, body: Annotated[Completion | None, Body()] = None) -> Response:
    """Complete a task; twice is one completion. Answers with the next date of its series."""
    command = CompleteTask(task_id, body.completed_at if body else None, caller.expected_version)
    return await _act(caller, task_id, partial(complete_task, command), Targets(tasks=(task_id,)), _closed)


@router.post("/tasks/{task_id}/skip", response_model=replies.TaskAndNext)
async def skip(caller: Owner, task_id: UUID) -> Response:
    """Close a task without doing it; of a series only this occurrence."""
    command = SkipTask(task_id, caller.expected_version)
    return await _act(caller, task_id, partial(skip_task, command), Targets(tasks=(task_id,)), _closed)


@router.post("/tasks/{task_id}/postpone", response_model=replies.TaskAndUndo)
async def postpone(caller: Owner, task_id: UUID, body: Postponement) -> Response:
    """Move a task to another date, its start and reminders with it; of a series only this occurrence.

    To `next_date` it takes the place of the rule's next date that is still to come; the dates until then get no task.
    """
    if body.to == "next_date":
        act = partial(postpone_to_next_date, PostponeToNextDate(task_id, caller.expected_version))
        return await _act(caller, task_id, act, Targets(tasks=(task_id,), open_occurrences=True, newest=True))
    command = body.command(task_id, caller.expected_version)
    return await _act(caller, task_id, partial(postpone_task, command), Targets(tasks=(task_id,)))


@router.post("/tasks/{task_id}/reopen", response_model=replies.TaskAndUndo)
async def reopen(caller: Owner, task_id: UUID, body: Annotated[Reopening | None, Body()] = None) -> Response:
    """Open a closed task again; a next occurrence that nobody has touched is withdrawn."""
    command = ReopenTask(task_id, body.successor if body else None, caller.expected_version)
    return await _act(
        caller,
        task_id,
        partial(reopen_task, command),
        Targets(tasks=(task_id,), successors=True, open_occurrences=True),
    )


@router.delete("/tasks/{task_id}", response_model=replies.TaskAndUndo)
async def delete(caller: Owner, task_id: UUID, scope: Literal["this", "series"] = "series") -> Response:
    """Delete a task. An open occurrence takes its series with it, or with `scope=this` is only skipped."""
    command = DeleteTask(task_id, scope, caller.expected_version)
    return await _act(caller, task_id, partial(delete_task, command), Targets(tasks=(task_id,)))


@router.post("/tasks/{task_id}/restore", response_model=replies.TaskAndUndo)
async def restore(caller: Owner, task_id: UUID) -> Response:
    """Take a deletion back; the series that it had ended goes on."""
    command = RestoreTask(task_id, caller.expected_version)
    return await _act(caller, task_id, partial(restore_task, command), Targets(tasks=(task_id,), open_occurrences=True))


async def _act(
    caller: Caller,
    task_id: UUID,
    decide: Callable[[Loaded, Context], Change],
    targets: Targets,
    respond: Callable[[UUID, Outcome], Answer] | None = None,
    creates_tasks: bool = False,
) -> Response:
    command = Command(
        origin=caller.origin,
        targets=targets,
        decide=decide,
        respond=partial(respond or _as_task_and_undo, task_id),
        idempotency=await caller.idempotency(),
        creates_tasks=creates_tasks,
    )
    return reply(await caller.services.executor.execute(command))


def _as_task(task_id: UUID, outcome: Outcome, status: int = 200) -> Answer:
    task = outcome.task(task_id)
    headers = {"ETag": f'"{task.version}"'}
    if outcome.undo is not None:
        headers["Undo-Handle"] = str(outcome.undo)
    return Answer(status, encode(task_answer(task, outcome.series_of(task))), headers)


def _created(task_id: UUID, outcome: Outcome) -> Answer:
    answer = _as_task(task_id, outcome, 201)
    location = f"/api/{outcome.context.origin.user_id}/tasks/{task_id}"
    return Answer(201, answer.body, {**answer.headers, "Location": location})


def _as_task_and_undo(task_id: UUID, outcome: Outcome, **more: Json | None) -> Answer:
    task = outcome.task(task_id)
    body = {"task": task_answer(task, outcome.series_of(task)), "undo": outcome.undo, **more}
    return Answer(200, encode(body), {"ETag": f'"{task.version}"'})


def _closed(task_id: UUID, outcome: Outcome) -> Answer:
    return _as_task_and_undo(task_id, outcome, next=next_json(task_id, outcome))


def next_json(task_id: UUID, outcome: Outcome) -> Json | None:
    """Return what follows a task that was closed, as recurring-task-service will decide it; None when nothing does."""
    task, account = outcome.task(task_id), outcome.loaded.account
    series = outcome.series_of(task)
    if series is None or account is None:
        return None
    off = days_off(series.recurrence, account)
    found = after_closing(task, series, task.completed_at or outcome.occurred_at, account.time_zone, off)
    if not isinstance(found, Next):
        return None
    return {**(due_json(Due(found.date, found.time, found.zone)) or {}), "at": instant(found.at)}
