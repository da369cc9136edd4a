"""Lists of tasks over REST."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from event_contracts.identifiers import uuid7
from fastapi import APIRouter, Response

from todo_backend.application.change import Answer, Command, Decide, Outcome, Targets
from todo_backend.application.shapes import encode, list_json
from todo_backend.doors.rest import replies
from todo_backend.doors.rest.identity import Caller, Owner, reply
from todo_backend.doors.rest.list_requests import ListPatch, NewList
from todo_backend.errors import ListMissing
from todo_backend.lists import reading
from todo_backend.lists.use_cases.change import ChangeList, change_list
from todo_backend.lists.use_cases.delete import DeleteList, RestoreList, delete_list, restore_list
from todo_backend.lists.use_cases.make import MakeList, make_list

router = APIRouter(prefix="/api/{user_id}", tags=["lists"])


@router.get("/lists", response_model=replies.TaskLists)
async def every(caller: Owner, deleted: bool = False) -> Response:
    """Read all lists in their order; `deleted`: instead the last 200 that were deleted, newest first."""
    found = await reading.every(caller.services.pool, caller.user_id, deleted=deleted)
    return reply(Answer(200, encode({"items": [list_json(one) for one in found]})))


@router.post("/lists", status_code=201, response_model=replies.TaskList)
async def make(caller: Owner, body: NewList) -> Response:
    """Make a list. `Undo-Handle` in the answer's headers takes it back."""
    list_id = uuid7()
    return await _act(caller, list_id, partial(make_list, MakeList(list_id, body.name, body.position)), made=True)


@router.get("/lists/{list_id}", response_model=replies.TaskList)
async def one(caller: Owner, list_id: UUID) -> Response:
    """Read a list, a deleted one too."""
    found = await reading.one(caller.services.pool, caller.user_id, list_id)
    if found is None:
        raise ListMissing
    return reply(Answer(200, encode(list_json(found)), {"ETag": f'"{found.version}"'}))


@router.patch("/lists/{list_id}", response_model=replies.TaskList)
async def patch(caller: Owner, list_id: UUID, body: ListPatch) -> Response:
    """Give a list another name or place. `Undo-Handle` in the answer's headers takes it back."""
    command = ChangeList(list_id, body.name, body.position, caller.expected_version)
    return await _act(caller, list_id, partial(change_list, command))


@router.delete("/lists/{list_id}", response_model=replies.ListAndUndo)
async def delete(caller: Owner, list_id: UUID) -> Response:
    """Delete a list. Its tasks stay as they are, in no list, and are in it again when it is restored."""
    command = DeleteList(list_id, caller.expected_version)
    return await _act(caller, list_id, partial(delete_list, command), with_undo=True)


@router.post("/lists/{list_id}/restore", response_model=replies.ListAndUndo)
async def restore(caller: Owner, list_id: UUID) -> Response:
    """Take a deletion back, with all tasks that still name the list."""
    command = RestoreList(list_id, caller.expected_version)
    return await _act(caller, list_id, partial(restore_list, command), with_undo=True)


async def _act(caller: Caller, list_id: UUID, decide: Decide, made: bool = False, with_undo: bool = False) -> Response:
    command = Command(
        origin=caller.origin,
        targets=Targets(lists=(list_id,), all_lists=True, account=True),
        decide=decide,
        respond=partial(_as_list_and_undo if with_undo else _as_list, list_id, made),
        idempotency=await caller.idempotency(),
    )
    return reply(await caller.services.executor.execute(command))


def _as_list(list_id: UUID, made: bool, outcome: Outcome) -> Answer:
    one = outcome.list_of(list_id)
    headers = {"ETag": f'"{one.version}"'}
    if outcome.undo is not None:
        headers["Undo-Handle"] = str(outcome.undo)
    if made:
        headers["Location"] = f"/api/{one.user_id}/lists/{list_id}"
    return Answer(201 if made else 200, encode(list_json(one)), headers)


def _as_list_and_undo(list_id: UUID, _: bool, outcome: Outcome) -> Answer:
    one = outcome.list_of(list_id)
    return Answer(200, encode({"list": list_json(one), "undo": outcome.undo}), {"ETag": f'"{one.version}"'})
