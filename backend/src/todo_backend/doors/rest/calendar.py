"""Calendars over REST: one's tasks as a stream of iCalendar, and a calendar that becomes tasks, all or none."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace
from typing import Annotated, Any, Literal
from uuid import UUID

from event_contracts.identifiers import uuid7
from fastapi import APIRouter, Query, Response
from fastapi.responses import StreamingResponse
from pydantic import ValidationError
from task_calendar import END, CalendarRefused, Item, Writer, head, read

from todo_backend.accounts.reading import account_by_id
from todo_backend.application.change import Answer, Change, Command, Context, Loaded, Outcome, Targets
from todo_backend.application.shapes import Json, encode
from todo_backend.doors.rest import replies
from todo_backend.doors.rest.identity import Caller, Owner, reply
from todo_backend.doors.rest.requests import NewTask
from todo_backend.errors import AccountGone, CalendarInvalid
from todo_backend.series.reading import without_open_occurrence
from todo_backend.tasks import reading
from todo_backend.tasks.calendars import digest_of, fields_of, item_of, series_item
from todo_backend.tasks.listing import PAGE_LIMIT, Listing
from todo_backend.tasks.reading import Found
from todo_backend.tasks.use_cases.create import CreateTask
from todo_backend.tasks.use_cases.drafts import DueDraft
from todo_backend.tasks.use_cases.import_calendar import Component, Imported, import_calendar

router = APIRouter(prefix="/api/{user_id}", tags=["calendar"])
Kind = Literal["VTODO", "VEVENT"]
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
    component: Kind = "VTODO",
) -> StreamingResponse:
    """Download one's tasks as iCalendar. An open occurrence stands for its series: rule, exceptions and alarms.

    So does the newest closed one of a series that goes on while none is open. What came from a calendar has its UID.
    """
    account = await account_by_id(caller.services.pool, caller.user_id)
    if account is None:
        raise AccountGone
    listing = Listing(user_id=caller.user_id, status=tuple(status), sort="created", limit=PAGE_LIMIT)
    # The first page is asked for before anything is sent, so that a refusal is a problem document.
    first = await reading.page(caller.services.pool, listing)
    return StreamingResponse(
        _written(caller, head(f"Tasks of {account.name}"), listing, component, *first),
        media_type=f"{CALENDAR}; charset=utf-8; component={component}",
        headers={
            "Content-Disposition": 'attachment; filename="tasks.ics"',
            "Cache-Control": "no-store",
            "X-Accel-Buffering": "no",
        },
    )


async def _written(
    caller: Caller, begin: bytes, listing: Listing, kind: Kind, page: list[Found], cursor: str | None
) -> AsyncGenerator[bytes]:
    writer, told = Writer(), set[str]()
    yield begin
    while True:
        items = [item_of(task, series) for task, series in page]
        fresh = [item for item in items if item.uid not in told]
        # Only a series can come twice: with several open occurrences.
        told |= {item.uid for item in fresh if item.repeats is not None}
        yield await asyncio.to_thread(_lines, writer, fresh, kind)
        if cursor is None:
            break
        page, cursor = await reading.page(caller.services.pool, replace(listing, cursor=cursor))
    if "open" in listing.status:
        after: UUID | None = None
        while waiting := await without_open_occurrence(caller.services.pool, caller.user_id, after, PAGE_LIMIT):
            items = [series_item(task, series) for task, series in waiting]
            # One that was advanced meanwhile was told of by its open occurrence.
            yield await asyncio.to_thread(_lines, writer, [item for item in items if item.uid not in told], kind)
            after = waiting[-1][1].id
    yield END


def _lines(writer: Writer, items: Sequence[Item], kind: Kind) -> bytes:
    return b"".join(writer.item(item, kind) for item in {item.uid: item for item in items}.values())


@router.post(
    "/calendar/import",
    status_code=201,
    response_model=replies.Imported,
    responses={200: {"model": replies.Imported, "description": "Nothing was new"}},
    openapi_extra=_BODY,
)
async def import_tasks(caller: Owner) -> Response:
    """Make tasks of the open VTODO and VEVENT components of a calendar, all or none; at most 500. One undo for all.

    A task that an earlier import made is known by its UID: it is updated where the component says something new, left
    where it says what it said, and kept as it is where it is closed by now. A refusal names the component by its UID.
    What is done or cancelled is left out and counted.
    """
    account = await account_by_id(caller.services.pool, caller.user_id)
    if account is None:
        raise AccountGone
    content = await caller.request.body()
    try:
        items = await asyncio.to_thread(read, content, account.time_zone)
    except CalendarRefused as error:
        raise CalendarInvalid(error.code, error.component, error.sentence) from error
    said = _Said(tuple(_component(item) for item in items if item.status == "open"), len(items))
    command = Command(
        origin=caller.origin,
        targets=Targets(uids=tuple(one.uid for one in said.components if one.named), account=True),
        decide=said.decide,
        respond=said.respond,
        idempotency=await caller.idempotency(),
    )
    return reply(await caller.services.executor.execute(command))


class _Said:
    """Carries what became of each component to the answer of the same attempt."""

    def __init__(self, components: tuple[Component, ...], read_of: int) -> None:
        self.components = components
        self._left_out = read_of - len(components)
        self._told: list[Imported] = []

    def decide(self, loaded: Loaded, context: Context) -> Change:
        change, self._told = import_calendar(self.components, loaded, context)
        return change

    def respond(self, outcome: Outcome) -> Answer:
        tasks = [{"uid": one.uid, "task_id": str(one.task_id), "outcome": one.outcome} for one in self._told]
        body = {"tasks": tasks, "left_out": self._left_out, "undo": None if outcome.undo is None else str(outcome.undo)}
        status = 201 if any(one.outcome == "created" for one in self._told) else 200
        return Answer(status, encode(body))


def _component(item: Item) -> Component:
    create = _new_task(item, fields_of(item))
    moved = item.moved
    raw = None if moved is None else _new_task(item, fields_of(replace(item, moved=None)))
    return Component(
        uid=item.uid,
        named=item.named,
        sequence=item.sequence,
        digest=digest_of(item),
        create=create,
        recurrence=raw and raw.recurrence,
        moved_key=moved and moved.key,
        moved_due=moved and DueDraft(moved.due.date, moved.due.time, moved.due.zone),
    )


def _new_task(item: Item, fields: Json) -> CreateTask:
    try:
        return NewTask.model_validate(fields).command(uuid7())
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, wrong["loc"]))
        raise CalendarInvalid("component_invalid", item.uid, f"{place}: {wrong['msg']}") from error
