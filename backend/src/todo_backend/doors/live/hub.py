"""The live connections of this process, woken by its own commits and by hints from other replicas."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from service_kit.problems import Problem

STREAMS_PER_USER = 32
REMINDERS_KEPT = 100


class Subscription:
    """One live connection. `position` is the change number up to which it has been served.

    `nudged`: there may be changes after it; a reminder wakes without them, and costs no look into the database.
    """

    def __init__(self) -> None:
        self.woken = asyncio.Event()
        self.nudged = True
        self.position = 0
        self.reminders: deque[dict[str, Any]] = deque(maxlen=REMINDERS_KEPT)


class Hub:
    """Who listens to whom. Nothing is kept here: what a connection missed it reads from the database."""

    def __init__(self) -> None:
        self._subscriptions: defaultdict[UUID, set[Subscription]] = defaultdict(set)
        self.closing = False

    @contextmanager
    def subscribe(self, user_id: UUID) -> Generator[Subscription]:
        """Give a connection its subscription for as long as it lasts."""
        subscription = Subscription()
        self._subscriptions[user_id].add(subscription)
        try:
            yield subscription
        finally:
            self._subscriptions[user_id].discard(subscription)
            if not self._subscriptions[user_id]:
                del self._subscriptions[user_id]

    def require_room(self, user_id: UUID) -> None:
        """Raise a 429 problem when a user has too many connections to this process."""
        if len(self._subscriptions.get(user_id, ())) >= STREAMS_PER_USER:
            raise Problem(429, "too_many_streams", "There are too many live connections of this user.")

    def nudge(self, user_id: UUID, counter: int | None) -> None:
        """Wake the connections of a user that have not seen this change number yet."""
        for subscription in self._subscriptions.get(user_id, ()):
            if counter is None or counter > subscription.position:
                subscription.nudged = True
                subscription.woken.set()

    def remind(self, user_id: UUID, reminder: dict[str, Any]) -> None:
        """Pass a reminder on to the connections of a user."""
        for subscription in self._subscriptions.get(user_id, ()):
            subscription.reminders.append(reminder)
            subscription.woken.set()

    def close(self) -> None:
        """End every connection: the process is stopping."""
        self.closing = True
        for subscriptions in self._subscriptions.values():
            for subscription in subscriptions:
                subscription.woken.set()

    @property
    def connections(self) -> int:
        """Return how many connections are open."""
        return sum(len(s) for s in self._subscriptions.values())
