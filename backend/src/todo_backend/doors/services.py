"""What the doors work with: made once in bootstrap, found on the application's state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, cast
from uuid import UUID

from dapr_edge.invocation import Invoker
from dapr_edge.service_tokens import ServiceTokens
from fastapi import Request
from service_kit.database import Pool

from todo_backend.accounts.passwords import Passwords
from todo_backend.accounts.tokens import Tokens
from todo_backend.application.execute import Executor
from todo_backend.application.refused import RefusalRecorder
from todo_backend.application.room import Room
from todo_backend.conversations.store import Conversations
from todo_backend.doors.live.hub import Hub


@dataclass(frozen=True, slots=True)
class Services:
    """The parts of one process."""

    pool: Pool
    executor: Executor
    inner_room: Room
    refusals: RefusalRecorder
    tokens: Tokens
    passwords: Passwords
    hub: Hub
    invoker: Invoker
    service_tokens: ServiceTokens
    conversations: Conversations


class OnBehalf(Protocol):
    """Whoever asks something for a person: a request of theirs, or a tool."""

    @property
    def user_id(self) -> UUID:
        """Return the person."""
        ...

    @property
    def services(self) -> Services:
        """Return the parts of the process."""
        ...


def services_of(request: Request) -> Services:
    """Return the services of the application that serves a request."""
    return cast("Services", request.app.state.services)
