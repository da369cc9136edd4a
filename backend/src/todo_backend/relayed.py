"""What the writer and the relay of the ledger share, and hints for live pages.

After acknowledged bulks, one message with {user, counter} of each user is sent; it may be lost.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from event_contracts.catalog import HINTED
from event_contracts.identifiers import uuid7
from event_contracts.topics import TASK_UPDATES
from event_spine.errors import BrokerUnavailable
from event_spine.outgoing import Outgoing, Publisher
from event_spine.tracing import SENT_LINKS, send_span, traceparent_of
from service_kit import telemetry

from todo_backend.application.events import SOURCE
from todo_backend.application.shapes import encode, instant

logger = logging.getLogger(__name__)

RELAY_CHANNEL = "todo_relay"
"""The NOTIFY channel on which the relay of this ledger listens."""


USERS_PER_HINT = 1000
LINGER_SECONDS = 0.05
"""A hint waits this long for others: the replica that made a change tells its own pages at once, without a hint."""


class Hints:
    """Collects the highest change number of each user and publishes them beside the relay's own flow."""

    def __init__(self, publisher: Publisher) -> None:
        self._publisher = publisher
        self._highest: dict[UUID, int] = {}
        self._made_in: dict[str | None, None] = {}
        self._noted = asyncio.Event()

    async def note(self, events: Sequence[Outgoing]) -> None:
        """Take note of an acknowledged bulk; returns at once."""
        for event in events:
            if event.user_id is not None and event.change is not None:
                self._highest[event.user_id] = max(self._highest.get(event.user_id, 0), event.change)
                if len(self._made_in) < SENT_LINKS:
                    self._made_in[traceparent_of(event.record)] = None
                self._noted.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Publish what was noted until `stop` is set; a bulk that fails is dropped."""
        stopping = asyncio.create_task(stop.wait())
        while not stop.is_set():
            noted = asyncio.create_task(self._noted.wait())
            await asyncio.wait({noted, stopping}, return_when=asyncio.FIRST_COMPLETED)
            noted.cancel()
            await asyncio.wait({stopping}, timeout=LINGER_SECONDS)
            self._noted.clear()
            highest, self._highest = self._highest, {}
            made_in, self._made_in = list(self._made_in), {}
            users = list(highest.items())
            for first in range(0, len(users), USERS_PER_HINT):
                with send_span(TASK_UPDATES.name, made_in, 1):
                    await self._publish(_hint(users[first : first + USERS_PER_HINT]))
        stopping.cancel()

    async def _publish(self, hint: Outgoing) -> None:
        try:
            await self._publisher.publish(TASK_UPDATES.name, [hint])
        except BrokerUnavailable as error:
            logger.warning("hints are lost: %s", error)


def _hint(highest: Sequence[tuple[UUID, int]]) -> Outgoing:
    """Return one message for many users: every replica gets every message, each at the price of a delivery."""
    hint_id = uuid7()
    record: dict[str, Any] = {
        "specversion": "1.0",
        "id": str(hint_id),
        "source": SOURCE,
        "type": HINTED,
        "time": instant(dt.datetime.now(dt.UTC)),
        "datacontenttype": "application/json",
        "data": {"changes": [{"user": str(user_id), "counter": counter} for user_id, counter in highest]},
    }
    if traceparent := telemetry.current_traceparent():
        record["traceparent"] = traceparent
    return Outgoing(0, hint_id, TASK_UPDATES.name, str(hint_id), encode(record))
