"""Series and previews over REST."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Body, Query, Response
from recurrence_rules import Language, RecurrenceError, Start, describe, parse_rule, preview

from todo_backend.accounts.reading import account_by_id
from todo_backend.application.change import Answer, Change, Command, Context, Decide, Loaded, Outcome, Targets
from todo_backend.application.shapes import Json, encode, instant, series_answer, task_answer
from todo_backend.doors.rest import replies
from todo_backend.doors.rest.identity import Caller, Owner, reply
from todo_backend.doors.rest.language import SpokenLanguage, said_in
from todo_backend.doors.rest.requests import Pause, PreviewBody, SeriesPatch
from todo_backend.errors import RecurrenceInvalid, SeriesNotFound
from todo_backend.series import reading
from todo_backend.series.domain import Recurrence, Series
from todo_backend.series.use_cases.catch_up import SkipMissed, skip_missed
from todo_backend.series.use_cases.checks import going_on
from todo_backend.series.use_cases.edit import change_series, last_open, split_series
from todo_backend.series.use_cases.pause import (
    EndSeries,
    PauseSeries,
    ResumeSeries,
    end_series,
    pause_series,
    resume_series,
)
from todo_backend.series.use_cases.rules import days_off
from todo_backend.tasks.domain import Task, wall_time
from todo_backend.tasks.listing import PAGE_LIMIT
from todo_backend.tasks.use_cases.postpone import postpone_task

router = APIRouter(prefix="/api/{user_id}", tags=["series"])


@router.get("/series", response_model=replies.PausedPage)
async def paused(
    caller: Owner,
    status: Literal["paused"],  # noqa: ARG001 - the only one so far that is asked for
    cursor: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=PAGE_LIMIT)] = 50,
) -> Response:
    """List the series that are paused, each with its newest occurrence: what is closed of them shows nowhere else."""
    found = await reading.paused(caller.services.pool, caller.user_id, cursor, limit + 1)
    shown = found[:limit]
    items = [{"series": series_answer(series), "task": task_answer(task, series)} for task, series in shown]
    following = str(shown[-1][1].id) if len(found) > limit else None
    return reply(Answer(200, encode({"items": items, "next_cursor": following})))


@router.get("/series/{series_id}", response_model=replies.SeriesInWords)
async def one(caller: Owner, series_id: UUID, language: SpokenLanguage) -> Response:
    """Read a series, with its rule in words."""
    series = await reading.one(caller.services.pool, caller.user_id, series_id)
    if series is None:
        raise SeriesNotFound
    headers = {"ETag": f'"{series.version}"', **said_in(language)}
    return reply(Answer(200, encode(await _in_words(caller, series, language)), headers))


@router.patch("/series/{series_id}", response_model=replies.SeriesAndUndo)
async def change(caller: Owner, series_id: UUID, body: SeriesPatch) -> Response:
    """Change all of a series, what follows from its open occurrence on, or only the date of that one."""
    version = caller.expected_version
    match body.scope:
        case "all":
            return await _act(caller, series_id, partial(change_series, body.edit(series_id, version)), body.list_id)
        case "following":
            return await _act(caller, series_id, partial(split_series, body.edit(series_id, version)), body.list_id)
        case "this":

            def postpone(loaded: Loaded, context: Context) -> Change:
                going_on(loaded, series_id, version)
                return postpone_task(body.postponement(last_open(loaded, series_id).id), loaded, context)

            return await _act(caller, series_id, postpone)


@router.post("/series/{series_id}/pause", response_model=replies.SeriesAndUndo)
async def pause(caller: Owner, series_id: UUID, body: Annotated[Pause | None, Body()] = None) -> Response:
    """Let nothing follow until the series is resumed; what is open stays open."""
    command = PauseSeries(series_id, body.resume_on if body else None, caller.expected_version)
    return await _act(caller, series_id, partial(pause_series, command))


@router.post("/series/{series_id}/resume", response_model=replies.SeriesAndUndo)
async def resume(caller: Owner, series_id: UUID) -> Response:
    """Let a paused series go on; with `missed=next` the dates of the pause are passed over."""
    return await _act(caller, series_id, partial(resume_series, ResumeSeries(series_id, caller.expected_version)))


@router.post("/series/{series_id}/skip-missed", response_model=replies.SeriesAndUndo)
async def skip_all_missed(caller: Owner, series_id: UUID) -> Response:
    """Skip every open occurrence whose due has passed, and every date before now; nothing is owed for the past."""
    return await _act(caller, series_id, partial(skip_missed, SkipMissed(series_id, caller.expected_version)))


@router.post("/series/{series_id}/end", response_model=replies.SeriesAndUndo)
async def end(caller: Owner, series_id: UUID) -> Response:
    """End a series: its open occurrence is the last."""
    return await _act(caller, series_id, partial(end_series, EndSeries(series_id, caller.expected_version)))


@router.post("/recurrence/preview", response_model=replies.Preview)
async def preview_rule(caller: Owner, body: PreviewBody, language: SpokenLanguage) -> Response:
    """Show the first dates of a rule; nothing is stored. Without a country there are no public holidays."""
    recurrence = Recurrence(body.rrule, on_holiday=body.on_holiday)
    account = None if body.on_holiday == "ignore" else await account_by_id(caller.services.pool, caller.user_id)
    off = days_off(recurrence, account)
    start = Start(body.start.date, body.start.time, body.start.time_zone)
    try:
        rule = parse_rule(body.rrule)
        found = preview(rule, start, body.count, exdates=body.exdates, rdates=body.rdates, days_off=off)
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
    text = describe(rule, start, anchor=body.anchor, days_off=off, language=language)
    return reply(Answer(200, encode({"occurrences": shown, "text": text}), said_in(language)))


async def _in_words(caller: Caller, series: Series, language: Language) -> Json:
    """Return a series as it is answered, with its rule in words."""
    recurrence, start = series.recurrence, Start(series.start.date, series.start.time, series.start.time_zone)
    account = None if recurrence.on_holiday == "ignore" else await account_by_id(caller.services.pool, caller.user_id)
    off = days_off(recurrence, account)
    text = describe(parse_rule(recurrence.rrule), start, anchor=recurrence.anchor, days_off=off, language=language)
    return {**series_answer(series), "text": text}


async def _act(caller: Caller, series_id: UUID, decide: Decide, list_id: UUID | None = None) -> Response:
    command = Command(
        origin=caller.origin,
        targets=Targets(series=(series_id,), lists=(list_id,) if list_id else (), open_occurrences=True, newest=True),
        decide=decide,
        respond=partial(_as_series_and_undo, series_id),
        idempotency=await caller.idempotency(),
    )
    return reply(await caller.services.executor.execute(command))


def _as_series_and_undo(series_id: UUID, outcome: Outcome) -> Answer:
    """Answer with the series after the act; after a split with the new one."""
    written = [w.after for w in outcome.change.series]
    series = next(iter(s for s in written if s.split_from == series_id), None) or next(iter(written), None)
    series = series or outcome.loaded.series[series_id]
    tasks: dict[UUID, Task] = {**outcome.loaded.tasks, **{w.after.id: w.after for w in outcome.change.tasks}}
    task = next(iter(Loaded(tasks=tasks).open_occurrences(series.id)[-1:]), None)
    body = {
        "series": series_answer(series),
        "task": None if task is None else task_answer(task, series),
        "undo": outcome.undo,
    }
    return Answer(200, encode(body), {"ETag": f'"{series.version}"'})
