"""One's own history as a file, streamed: asked of audit-service page by page, never held as a whole.

Each page is a call of its own, so nothing is open at the audit while a slow client reads, and a page that fails is
asked for again.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import time
from collections import Counter
from collections.abc import AsyncGenerator
from typing import Annotated, Any
from uuid import UUID

import orjson
from event_contracts.edges import SEARCH_HISTORY
from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse
from service_kit.problems import Problem

from todo_backend.doors.rest.export_formats import MEDIA_TYPES, Format, Writer
from todo_backend.doors.rest.history import Narrowed, ask
from todo_backend.doors.rest.identity import Caller, Owner
from todo_backend.errors import HistoryUnavailable
from todo_backend.tasks.listing import PAGE_LIMIT

logger = logging.getLogger(__name__)
router = APIRouter(prefix="/api/{user_id}", tags=["history"])

AT_ONCE = 2
"""Exports of one person that a process writes at the same time."""
PATIENCE_SECONDS = 15.0
"""An export that has begun waits so long for an audit that is away, then it breaks off."""
_running: Counter[UUID] = Counter()


class ExportBroken(Exception):
    """The audit went away in the middle of an export; the connection is cut, so that no client takes it for whole."""


@router.get(
    "/history/export",
    response_class=StreamingResponse,
    responses={
        200: {
            "content": {"application/x-ndjson": {}, "text/csv": {}},
            "description": "The entries, newest first, and a last line: `end`, their count, the SHA-256 of all before",
        }
    },
)
async def export(
    caller: Owner,
    narrowed: Narrowed,
    form: Annotated[
        Format, Query(alias="format", description="ndjson: an entry as the search shows it per line")
    ] = "ndjson",
) -> StreamingResponse:
    """Download what was done to all that is yours, with the filters of the search.

    A file whose last line is not `{"end": true, …}` (CSV: a row that begins with `end`) was cut off. In CSV a text
    that a spreadsheet would take for a formula has an apostrophe before it.
    """
    if _running[caller.user_id] >= AT_ONCE:
        raise Problem(429, "too_many_exports", "Two exports of yours are running already; wait for one to end.")
    # The first page is asked for before anything is sent, so that a refusal is a problem document.
    first = await _page(caller, narrowed, None)
    name = f"history-{dt.datetime.now(dt.UTC):%Y-%m-%d}.{form}"
    return StreamingResponse(
        _written(caller, narrowed, Writer(form), first),
        headers={
            # Said here, since the framework would add a charset of its own.
            "Content-Type": MEDIA_TYPES[form],
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
            "X-Accel-Buffering": "no",
        },
    )


async def _written(
    caller: Caller, narrowed: dict[str, Any], writer: Writer, first: dict[str, Any]
) -> AsyncGenerator[bytes]:
    _running[caller.user_id] += 1
    try:
        if head := writer.head():
            yield head
        page = first
        while True:
            if page["items"]:
                yield writer.page(page["items"])
            if page["next_cursor"] is None:
                break
            page = await _patiently(caller, narrowed, page["next_cursor"])
        yield writer.end()
    finally:
        _running[caller.user_id] -= 1
        if _running[caller.user_id] <= 0:
            del _running[caller.user_id]


async def _patiently(caller: Caller, narrowed: dict[str, Any], cursor: str) -> dict[str, Any]:
    until, wait = time.monotonic() + PATIENCE_SECONDS, 0.1
    while True:
        try:
            return await _page(caller, narrowed, cursor)
        except HistoryUnavailable as error:
            if time.monotonic() + wait > until:
                logger.warning("an export breaks off: %s", error)
                raise ExportBroken from error
            await asyncio.sleep(wait)
            wait = min(2 * wait, 2.0)


async def _page(caller: Caller, narrowed: dict[str, Any], cursor: str | None) -> dict[str, Any]:
    answer = await ask(caller, SEARCH_HISTORY, {}, {**narrowed, "cursor": cursor, "limit": PAGE_LIMIT})
    page: dict[str, Any] = orjson.loads(answer.content)
    return page
