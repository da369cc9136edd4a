"""Who and what a piece of work belongs to: carried by context variables into logs and events."""

from __future__ import annotations

from contextvars import ContextVar
from uuid import UUID

correlation_id: ContextVar[UUID | None] = ContextVar("correlation_id", default=None)
"""The request (or tick) that started the chain of work."""

user_id: ContextVar[UUID | None] = ContextVar("user_id", default=None)
"""The acting user, once a door has proved who it is."""
