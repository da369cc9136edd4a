"""Asking todo-backend, just before sending, whether the reminders of a batch still hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, Protocol
from uuid import UUID

import httpx
from dapr_edge.errors import CalleeUnavailable
from event_contracts.edges import CONFIRM_REMINDERS, Edge
from pydantic import BaseModel, ValidationError

from notification_service.domain.attempt import Attempt, Drop, Send, Verdict, question
from notification_service.domain.heads import TaskHead
from notification_service.domain.plan import Planned


class Caller(Protocol):
    """What calls an edge: `dapr_edge.invocation.Invoker`."""

    async def call(
        self, edge: Edge, path_parameters: dict[str, Any], acting_user: UUID | None, json: Any = None
    ) -> httpx.Response:
        """Return the answer; raise CalleeUnavailable when nothing usable came back."""
        ...


class Decision(BaseModel):
    """What todo-backend says of one reminder; `title` is the task's as it is now."""

    decision: Literal["send", "drop", "replan"]
    title: str | None = None
    reason: str | None = None
    version: int | None = None


class Decisions(BaseModel):
    """Its answers, in the order of the questions."""

    decisions: list[Decision]


async def confirm(caller: Caller, asked: Sequence[tuple[Attempt, TaskHead, Planned]]) -> list[Verdict]:
    """Return a verdict per attempt, in the same order. Raises CalleeUnavailable when the backend gives no answer."""
    questions = [question(attempt, task, planned.origin) for attempt, task, planned in asked]
    answer = await caller.call(CONFIRM_REMINDERS, {}, None, json={"reminders": questions})
    if answer.status_code != 200:
        raise CalleeUnavailable(f"status {answer.status_code}: {answer.text[:200]}")
    try:
        decisions = Decisions.model_validate_json(answer.content).decisions
    except ValidationError as error:
        raise CalleeUnavailable(f"unreadable answer: {error.error_count()} errors") from error
    if len(decisions) != len(asked):
        raise CalleeUnavailable(f"{len(decisions)} answers to {len(asked)} questions")
    return [_verdict(decision, task) for decision, (_, task, _) in zip(decisions, asked, strict=True)]


def _verdict(decision: Decision, task: TaskHead) -> Verdict:
    match decision.decision:
        case "send":
            return Send(decision.title or task.title)
        case "drop":
            return Drop(decision.reason or "dropped", task.version)
        case "replan":
            # Its event is on the way, or here by now: it plans the reminder anew.
            return Drop(f"moved in version {decision.version}", task.version)
