"""Undo over REST."""

from __future__ import annotations

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Response

from todo_backend.application.change import Answer, Command, Outcome
from todo_backend.application.shapes import encode, list_json, series_answer, task_answer
from todo_backend.doors.rest import replies
from todo_backend.doors.rest.identity import Owner, reply
from todo_backend.doors.rest.requests import Reopening
from todo_backend.tasks import reading
from todo_backend.tasks.use_cases.undo import UndoAct, undo_act

router = APIRouter(prefix="/api/{user_id}", tags=["tasks"])


@router.post("/undo/{handle}", response_model=replies.Undone)
async def undo(caller: Owner, handle: UUID, body: Annotated[Reopening | None, Body()] = None) -> Response:
    """Take an act back, once, within 24 hours, where nothing that it changed has been changed since."""
    command = Command(
        origin=caller.origin,
        targets=await reading.undo_targets(caller.services.pool, caller.user_id, handle),
        decide=partial(undo_act, UndoAct(handle, body.successor if body else None)),
        respond=_undone,
        idempotency=await caller.idempotency(),
    )
    return reply(await caller.services.executor.execute(command))


def _undone(outcome: Outcome) -> Answer:
    shown = [task_answer(w.after, outcome.series_of(w.after)) for w in outcome.change.tasks]
    series = [series_answer(w.after) for w in outcome.change.series]
    lists = [list_json(w.after) for w in outcome.change.lists]
    return Answer(200, encode({"tasks": shown, "series": series, "lists": lists}))
