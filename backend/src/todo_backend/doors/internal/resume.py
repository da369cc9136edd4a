"""The internal door: recurring-task-service says that the day has come on which a paused series goes on."""

from __future__ import annotations

from functools import partial
from typing import Annotated
from uuid import UUID

from dapr_edge.service_tokens import ServiceTokens, require_service
from event_contracts.apps import RECURRING_TASK_SERVICE
from event_contracts.edges import RESUME_SERIES
from event_contracts.identifiers import uuid7
from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field
from service_kit import context, telemetry
from service_kit.problems import Problem

from todo_backend.application.change import Answer, Command, Origin, Outcome, Targets
from todo_backend.application.shapes import encode, series_json
from todo_backend.doors.rest.fields import Body
from todo_backend.doors.rest.identity import reply
from todo_backend.doors.services import services_of
from todo_backend.errors import AccountGone, SeriesNotFound, Superseded
from todo_backend.series.use_cases.pause import ResumeByItself, resume_by_itself


class ResumeBody(Body):
    """The series as recurring-task-service knows it."""

    series_version: Annotated[int, Field(ge=1)]


def resume_router(tokens: ServiceTokens) -> APIRouter:
    """Return the route; it asks for a service token of its edge's caller."""
    router = APIRouter(include_in_schema=False)

    @router.post(RESUME_SERIES.route, dependencies=[Depends(require_service(tokens, RESUME_SERIES))])
    async def resume(request: Request, user_id: UUID, series_id: UUID, body: ResumeBody) -> Response:
        context.user_id.set(user_id)
        origin = Origin(
            user_id=user_id,
            actor_kind="service",
            actor_id=RECURRING_TASK_SERVICE.app_id,
            door="internal",
            correlation_id=context.correlation_id.get() or uuid7(),
            traceparent=telemetry.current_traceparent(),
        )
        targets = Targets(series=(series_id,), open_occurrences=True)
        resumed = partial(resume_by_itself, ResumeByItself(series_id, body.series_version))
        services = services_of(request)
        try:
            async with services.inner_room.place():
                answer = await services.executor.execute(Command(origin, targets, resumed, _said))
        except (SeriesNotFound, AccountGone) as error:
            raise Problem(404, "gone", "The series or its user does not exist any more.") from error
        except Superseded as error:
            fresh = {"series": series_json(error.extra["series"])}
            raise Problem(409, error.code, error.sentence, None, None, **fresh) from error
        return reply(answer)

    return router


def _said(outcome: Outcome) -> Answer:
    return Answer(200, encode({"outcome": "already" if outcome.change.is_empty else "resumed"}))
