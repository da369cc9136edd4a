"""What a check is: a promise, and the look at it that returns what was looked at and the first violation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from todo_ops.ledgers import Span
from todo_ops.services import Services


@dataclass(frozen=True, slots=True)
class Terms:
    """What is looked at: a span of events, and how many seconds what is under way is given."""

    span: Span
    grace_seconds: float
    now: datetime


@dataclass(frozen=True, slots=True)
class Finding:
    """How much was looked at, and the first violation in words; None: it holds."""

    looked_at: int
    violation: str | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One promise. `name` is stable; `unit` says what is counted."""

    name: str
    promise: str
    unit: str
    look: Callable[[Services, Terms], Finding]
