"""What takes deliveries: two topics through one bulk route, projected by one consumer."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from event_contracts import SeriesEventData, TaskEventData, UserEventData
from event_spine.consumer import Consumer
from event_spine.records import Delivered
from service_kit.database import Pool

from notification_service.domain.heads import has_head
from notification_service.projections import HANDLERS
from notification_service.storage.schema import SCHEMA


def make_consumer(pool: Pool, wake: Callable[[], None]) -> Consumer:
    """Return the consumer that projects what is delivered; `wake` is called after a commit that may have planned."""

    def on_committed(delivered: Sequence[Delivered]) -> None:
        if any(plans(one) for one in delivered):
            wake()

    return Consumer(schema=SCHEMA, pool=pool, handlers=HANDLERS, on_committed=on_committed, concerns=may_concern)


def may_concern(delivered: Delivered) -> bool:
    """Say no to the creation of a task with neither reminder nor due: there is no head before it, and none is needed.

    What later gives it one of them tells the whole task.
    """
    data = delivered.data
    return not isinstance(data, TaskEventData) or has_head(data.task_data)


def plans(delivered: Delivered) -> bool:
    """Say whether a reminder may fire sooner because of this event."""
    data = delivered.data
    if isinstance(data, TaskEventData):
        return bool(data.task_data.reminders)
    return isinstance(data, UserEventData | SeriesEventData)
