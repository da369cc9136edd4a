"""Calendars over REST: one's tasks as a stream of iCalendar, and a calendar that becomes tasks, all or none."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace
from functools import partial
from typing import Annotated, Any, Literal
from uuid import UUID

from event_contracts.identifiers import uuid7
from fastapi import APIRouter, Query, Response
from fastapi.responses import StreamingResponse
from pydantic import ValidationError
from task_calendar import END, HEAD, CalendarRefused, Item, Writer, read

from todo_backend.accounts.reading import account_by_id
from todo_backend.application.change import Answer, Change, Command, Context, Loaded, Outcome, Targets
from todo_backend.application.shapes import encode
from todo_backend.doors.rest import replies
from todo_backend.doors.rest.identity import Caller, Owner, reply
from todo_backend.doors.rest.requests import NewTask
from todo_backend.errors import AccountGone, CalendarInvalid, TodoError
from todo_backend.tasks import reading
from todo_backend.tasks.calendars import fields_of, item_of
from todo_backend.tasks.listing import PAGE_LIMIT, Listing
from todo_backend.tasks.reading import Found
from todo_backend.tasks.use_cases.create import CreateTask, create_task

router = APIRouter(prefix="/api/{user_id}", tags=["calendar"])
Status = Literal["open", "done", "skipped", "missed"]
CALENDAR = "text/calendar"
_BODY: dict[str, Any] = {"requestBody": {"required": True, "content": {CALENDAR: {"schema": {"type": "string"}}}}}


@router.get(
    "/calendar/export",
    response_class=StreamingResponse,
    responses={200: {"content": {CALENDAR: {}}, "description": "A calendar; without END:VCALENDAR it was cut off"}},
)
async def export(
    caller: Owner,
    status: Annotated[list[Status], Query()] = ["open"],  # noqa: B006
    component: Literal["VTODO", "VEVENT"] = "VTODO",
) -> StreamingResponse:
    """Download one's tasks as iCalendar. An open occurrence stands for its series: rule, exceptions and alarms."""
    listing = Listing(user_id=caller.user_id, status=tuple(status), sort="created", limit=PAGE_LIMIT)
    # The first page is asked for before anything is sent, so that a refusal is a problem document.
    first = await reading.page(caller.services.pool, listing)
    return StreamingResponse(
        _written(caller, listing, component, *first),
        media_type=f"{CALENDAR}; charset=utf-8; component={component}",
        headers={
            "Content-Disposition": 'attachment; filename="tasks.ics"',
            "Cache-Control": "no-store",
            "X-Accel-Buffering": "no",
        },
    )


async def _written(
    caller: Caller, listing: Listing, kind: Literal["VTODO", "VEVENT"], page: list[Found], cursor: str | None
) -> AsyncGenerator[bytes]:
    writer, told = Writer(), set[str]()
    yield HEAD
    while True:
        items = [item_of(task, series) for task, series in page]
        fresh = [item for item in items if item.uid not in told]
        # Only a series can come twice: with several open occurrences.
        told |= {item.uid for item in fresh if item.repeats is not None}
        yield await asyncio.to_thread(_lines, writer, fresh, kind)
        if cursor is None:
            break
        page, cursor = await reading.page(caller.services.pool, replace(listing, cursor=cursor))
    yield END


def _lines(writer: Writer, items: Sequence[Item], kind: Literal["VTODO", "VEVENT"]) -> bytes:
    return b"".join(writer.item(item, kind) for item in {item.uid: item for item in items}.values())


@router.post("/calendar/import", status_code=201, response_model=replies.Imported, openapi_extra=_BODY)
async def import_calendar(caller: Owner) -> Response:
    """Make tasks of the open VTODO and VEVENT components of a calendar, all or none; at most 500.

    A refusal names the component by its UID. What is done or cancelled is left out and counted.
    """
    account = await account_by_id(caller.services.pool, caller.user_id)
    if account is None:
        raise AccountGone
    content = await caller.request.body()
    try:
        items = await asyncio.to_thread(read, content, account.time_zone)
    except CalendarRefused as error:
        raise CalendarInvalid(error.code, error.component, error.sentence) from error
    made = [(item.uid, _command(item)) for item in items if item.status == "open"]
    command = Command(
        origin=caller.origin,
        targets=Targets(),
        decide=partial(_create_all, made),
        respond=partial(_imported, [(uid, one.id) for uid, one in made], len(items) - len(made)),
        idempotency=await caller.idempotency(),
    )
    return reply(await caller.services.executor.execute(command))


def _command(item: Item) -> CreateTask:
    try:
        return NewTask.model_validate(fields_of(item)).command(uuid7())
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, wrong["loc"]))
        raise CalendarInvalid("component_invalid", item.uid, f"{place}: {wrong['msg']}") from error


def _create_all(made: Sequence[tuple[str, CreateTask]], loaded: Loaded, context: Context) -> Change:
    change = Change()
    for uid, command in made:
        try:
            one = create_task(command, loaded, context)
        except TodoError as error:
            raise CalendarInvalid(error.code, uid, error.detail or error.sentence) from error
        change = replace(change, tasks=(*change.tasks, *one.tasks), series=(*change.series, *one.series))
    return change


def _imported(made: Sequence[tuple[str, UUID]], left_out: int, _: Outcome) -> Answer:
    tasks = [{"uid": uid, "task_id": str(task_id)} for uid, task_id in made]
    return Answer(201, encode({"tasks": tasks, "left_out": left_out}))
