"""What the model may cost a person in a day: turns and tokens, counted in the state store."""

from __future__ import annotations

import datetime as dt
import logging
from uuid import UUID

from dapr_edge.errors import StateConflict, StateUnavailable
from dapr_edge.state import StateStore

logger = logging.getLogger(__name__)

TTL_SECONDS = 2 * 24 * 3600


class Budgets:
    """Counts per person and day (UTC); several replicas count together. Where the store is away nothing is spent."""

    def __init__(self, store: StateStore, turns_a_day: int, tokens_a_day: int) -> None:
        self._store = store
        self._turns, self._tokens = turns_a_day, tokens_a_day

    async def take_turn(self, user_id: UUID, now: dt.datetime) -> bool:
        """Count a turn and return whether there was one left."""
        try:
            before = await self._store.change(_key(user_id, now), self._one_more, TTL_SECONDS)
        except (StateConflict, StateUnavailable):
            return False
        return self._one_more(before) is not None

    async def spend(self, user_id: UUID, now: dt.datetime, tokens: int) -> None:
        """Count the tokens of a turn."""

        def spent(value: object) -> dict[str, int]:
            turns, before = _counts(value)
            return {"turns": turns, "tokens": before + tokens}

        try:
            await self._store.change(_key(user_id, now), spent, TTL_SECONDS)
        except (StateConflict, StateUnavailable):
            logger.warning("the tokens of a chat turn could not be counted")

    def _one_more(self, value: object) -> dict[str, int] | None:
        turns, tokens = _counts(value)
        left = turns < self._turns and tokens < self._tokens
        return {"turns": turns + 1, "tokens": tokens} if left else None


def _key(user_id: UUID, now: dt.datetime) -> str:
    return f"chat-budget-{user_id}-{now.astimezone(dt.UTC).date()}"


def _counts(value: object) -> tuple[int, int]:
    if not isinstance(value, dict):
        return 0, 0
    turns, tokens = value.get("turns", 0), value.get("tokens", 0)
    return (turns, tokens) if isinstance(turns, int) and isinstance(tokens, int) else (0, 0)
