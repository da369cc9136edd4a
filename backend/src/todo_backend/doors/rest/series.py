"""Series and previews over REST."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Response
from recurrence_rules import RecurrenceError, Start, describe, parse_rule, preview

from todo_backend.application.change import Answer
from todo_backend.application.shapes import encode, instant, series_answer
from todo_backend.doors.rest import replies
from todo_backend.doors.rest.identity import Owner, reply
from todo_backend.doors.rest.requests import PreviewBody
from todo_backend.errors import RecurrenceInvalid, SeriesNotFound
from todo_backend.series import reading
from todo_backend.tasks.domain import wall_time

router = APIRouter(prefix="/api/{user_id}", tags=["series"])


@router.get("/series/{series_id}", response_model=replies.Series)
async def one(caller: Owner, series_id: UUID) -> Response:
    """Read a series."""
    series = await reading.one(caller.services.pool, caller.user_id, series_id)
    if series is None:
        raise SeriesNotFound
    return reply(Answer(200, encode(series_answer(series)), {"ETag": f'"{series.version}"'}))


@router.post("/recurrence/preview", response_model=replies.Preview)
async def preview_rule(caller: Owner, body: PreviewBody) -> Response:  # noqa: ARG001 - signed in is all it asks
    """Show the first dates of a rule; nothing is stored."""
    start = Start(body.start.date, body.start.time, body.start.time_zone)
    try:
        rule = parse_rule(body.rrule)
        found = preview(rule, start, body.count, exdates=body.exdates, rdates=body.rdates)
    except RecurrenceError as error:
        raise RecurrenceInvalid(error.code, str(error)) from error
    shown = [
        {
            "date": o.date.isoformat(),
            "time": None if o.time is None else wall_time(o.time),
            "time_zone": o.zone,
            "at": instant(o.at),
        }
        for o in found
    ]
    return reply(Answer(200, encode({"occurrences": shown, "text": describe(rule, start, anchor=body.anchor)})))
