"""The internal door: recurring-task-service asks for the next occurrence of a series. Safe to repeat."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Literal
from uuid import UUID

from dapr_edge.service_tokens import ServiceTokens, require_service
from event_contracts.apps import RECURRING_TASK_SERVICE
from event_contracts.edges import ADVANCE_SERIES
from event_contracts.identifiers import uuid7
from event_contracts.preferences import WallTime
from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field
from service_kit import context, telemetry
from service_kit.problems import Problem

from todo_backend.application.change import Answer, Change, Command, Context, Loaded, Origin, Outcome, Targets
from todo_backend.application.shapes import account_json, encode, series_json, task_json
from todo_backend.doors.rest.fields import Body, WallDate
from todo_backend.doors.rest.identity import reply
from todo_backend.doors.services import services_of
from todo_backend.errors import AccountGone, OccurrenceConflict, SeriesNotFound, Superseded, TaskNotFound
from todo_backend.series.use_cases.advance import Advance, Advanced, NextDate, advance_series


class NextBody(Body):
    """Where the next occurrence stands."""

    occurrence_key: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?)?$")]
    date: WallDate
    time: WallTime | None = None
    time_zone: str | None = None


class AdvanceBody(Body):
    """What recurring-task-service computed, and from which versions."""

    predecessor_id: UUID
    predecessor_version: Annotated[int, Field(ge=1)]
    series_version: Annotated[int, Field(ge=1)]
    next: NextBody | None
    end_reason: Literal["count", "until"] | None = None
    passed_over: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    causation_id: UUID | None = None
    country: str | None = None
    region: str | None = None

    def command(self, series_id: UUID) -> Advance:
        """Return the command."""
        found = self.next and NextDate(self.next.occurrence_key, self.next.date, self.next.time, self.next.time_zone)
        return Advance(
            series_id=series_id,
            predecessor_id=self.predecessor_id,
            predecessor_version=self.predecessor_version,
            series_version=self.series_version,
            next=found,
            end_reason=self.end_reason,
            passed_over=self.passed_over,
            causation_id=self.causation_id,
            task_id=uuid7(),
            country=self.country,
            region=self.region,
        )


def internal_router(tokens: ServiceTokens) -> APIRouter:
    """Return the internal routes; each asks for a service token of its edge's caller."""
    router = APIRouter(include_in_schema=False)

    @router.post(ADVANCE_SERIES.route, dependencies=[Depends(require_service(tokens, ADVANCE_SERIES))])
    async def advance(request: Request, user_id: UUID, series_id: UUID, body: AdvanceBody) -> Response:
        return await _advance(request, user_id, body.command(series_id))

    return router


async def _advance(request: Request, user_id: UUID, command: Advance) -> Response:
    context.user_id.set(user_id)
    said = _Said()
    origin = Origin(
        user_id=user_id,
        actor_kind="service",
        actor_id=RECURRING_TASK_SERVICE.app_id,
        door="internal",
        correlation_id=context.correlation_id.get() or uuid7(),
        causation_id=command.causation_id,
        traceparent=telemetry.current_traceparent(),
    )
    targets = Targets(
        tasks=(command.predecessor_id,), series=(command.series_id,), successors=True, open_occurrences=True
    )
    services = services_of(request)
    try:
        async with services.inner_room.place():
            answer = await services.executor.execute(
                Command(origin, targets, decide=partial(said.decide, command), respond=said.respond)
            )
    except (SeriesNotFound, TaskNotFound, AccountGone) as error:
        raise Problem(404, "gone", "The series, its occurrence or its user does not exist any more.") from error
    except OccurrenceConflict:
        # The unique indexes spoke first: somebody else has just made it.
        return reply(Answer(200, encode({"outcome": "already"})))
    except Superseded as error:
        fresh = {
            "series": series_json(error.extra["series"]),
            "predecessor": task_json(error.extra["predecessor"]),
            "user": account_json(error.extra["account"]) if "account" in error.extra else None,
        }
        raise Problem(409, error.code, error.sentence, None, None, **fresh) from error
    return reply(answer)


class _Said:
    """Carries the outcome from the use case to the answer of the same attempt."""

    def __init__(self) -> None:
        self._advanced: Advanced | None = None

    def decide(self, command: Advance, loaded: Loaded, act: Context) -> Change:
        change, self._advanced = advance_series(command, loaded, act)
        return change

    def respond(self, _: Outcome) -> Answer:
        assert self._advanced is not None  # noqa: S101 - decide() comes first
        body = {"outcome": self._advanced.outcome}
        if self._advanced.task_id is not None:
            body["task_id"] = str(self._advanced.task_id)
        return Answer(200, encode(body))
