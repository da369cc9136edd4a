"""The internal door: notification-service asks whether reminders still hold. Reads only; safe to repeat."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal
from uuid import UUID

from dapr_edge.service_tokens import ServiceTokens, require_service
from event_contracts.edges import CONFIRM_REMINDERS
from fastapi import APIRouter, Depends, Request, Response
from pydantic import AwareDatetime, Field

from todo_backend.application.change import Answer
from todo_backend.application.shapes import encode
from todo_backend.doors.rest.fields import Body
from todo_backend.doors.rest.identity import reply
from todo_backend.doors.services import services_of
from todo_backend.tasks import reading
from todo_backend.tasks.confirming import Decision, Question, decide
from todo_backend.tasks.domain import Reminder

MOST = 500


class ReminderDefinition(Body):
    """A reminder as events show it."""

    id: UUID
    minutes_before: int | None = None
    relative_to: Literal["due", "start"] | None = None
    at: AwareDatetime | None = None
    repeat_minutes: int | None = None
    repeat_most: int | None = None


class Asked(Body):
    """One reminder and the version of its task from which it was derived."""

    user_id: UUID
    task_id: UUID
    version: int
    due_at: AwareDatetime | None
    start_date: dt.date | None
    reminder: ReminderDefinition

    def question(self) -> Question:
        """Return what is to be decided."""
        r = self.reminder
        definition = Reminder(r.id, r.minutes_before, r.relative_to, r.at, r.repeat_minutes, r.repeat_most)
        return Question(self.user_id, self.task_id, self.version, self.due_at, self.start_date, definition)


class ConfirmBody(Body):
    """The reminders of one batch."""

    reminders: Annotated[list[Asked], Field(max_length=MOST)]


def confirm_router(tokens: ServiceTokens) -> APIRouter:
    """Return the route; it asks for a service token of its edge's caller."""
    router = APIRouter(include_in_schema=False)

    @router.post(CONFIRM_REMINDERS.route, dependencies=[Depends(require_service(tokens, CONFIRM_REMINDERS))])
    async def confirm(request: Request, body: ConfirmBody) -> Response:
        questions = [asked.question() for asked in body.reminders]
        named = [(q.user_id, q.task_id, q.version) for q in questions]
        tasks = await reading.standings(services_of(request).pool, named)
        decisions = [_shown(decide(q, tasks.get(name))) for q, name in zip(questions, named, strict=True)]
        return reply(Answer(200, encode({"decisions": decisions})))

    return router


def _shown(decision: Decision) -> dict[str, object]:
    shown = {name: getattr(decision, name) for name in decision.__slots__}
    return {name: value for name, value in shown.items() if value is not None}
