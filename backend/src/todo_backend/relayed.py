"""What the writer and the relay of the ledger share, and hints for live pages.

After an acknowledged bulk, one message {user, counter} per user is sent; it may be lost.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import Sequence
from uuid import UUID

from event_contracts.identifiers import uuid7
from event_contracts.topics import TASK_UPDATES
from event_spine.errors import BrokerUnavailable
from event_spine.outgoing import BULK_ENTRIES, Outgoing, Publisher

from todo_backend.application.events import SOURCE
from todo_backend.application.shapes import encode, instant

logger = logging.getLogger(__name__)

HINT = "todo.hint.changed.v1"

RELAY_CHANNEL = "todo_relay"
"""The NOTIFY channel on which the relay of this ledger listens."""


LINGER_SECONDS = 0.02
"""A hint waits this long for others: the replica that made a change tells its own pages at once, without a hint."""


class Hints:
    """Collects the highest change number of each user and publishes them beside the relay's own flow."""

    def __init__(self, publisher: Publisher) -> None:
        self._publisher = publisher
        self._highest: dict[UUID, int] = {}
        self._noted = asyncio.Event()

    async def note(self, events: Sequence[Outgoing]) -> None:
        """Take note of an acknowledged bulk; returns at once."""
        for event in events:
            if event.user_id is not None and event.change is not None:
                self._highest[event.user_id] = max(self._highest.get(event.user_id, 0), event.change)
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
            await self._publish([_hint(user, counter) for user, counter in highest.items()])
        stopping.cancel()

    async def _publish(self, hints: list[Outgoing]) -> None:
        for first in range(0, len(hints), BULK_ENTRIES):
            try:
                await self._publisher.publish(TASK_UPDATES.name, hints[first : first + BULK_ENTRIES])
            except BrokerUnavailable as error:
                logger.warning("hints are lost: %s", error)


def _hint(user_id: UUID, counter: int) -> Outgoing:
    hint_id = uuid7()
    record = {
        "specversion": "1.0",
        "id": str(hint_id),
        "source": SOURCE,
        "type": HINT,
        "time": instant(dt.datetime.now(dt.UTC)),
        "datacontenttype": "application/json",
        "data": {"user": str(user_id), "counter": counter},
    }
    return Outgoing(0, hint_id, TASK_UPDATES.name, str(user_id), encode(record), user_id, counter)
