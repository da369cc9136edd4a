"""What takes deliveries: two topics through one bulk route, projected by one consumer."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from event_contracts import SeriesEventData, TaskEventData
from event_spine.consumer import Consumer
from event_spine.records import Delivered
from service_kit.database import Pool

from recurring_task_service.projections import HANDLERS
from recurring_task_service.storage.schema import SCHEMA


def make_consumer(pool: Pool, wake: Callable[[], None]) -> Consumer:
    """Return the consumer that projects what is delivered; `wake` is called after a commit that moved a series."""

    def on_committed(delivered: Sequence[Delivered]) -> None:
        if any(moves_a_series(one) for one in delivered):
            wake()

    return Consumer(schema=SCHEMA, pool=pool, handlers=HANDLERS, on_committed=on_committed, concerns=may_concern)


def may_concern(delivered: Delivered) -> bool:
    """Say no to the creation of a task without a series: there is no head before it, and none is needed of it.

    What later gives it a series tells the whole task.
    """
    data = delivered.data
    return not (isinstance(data, TaskEventData) and data.version == 1 and data.task_data.series_id is None)


def moves_a_series(delivered: Delivered) -> bool:
    """Say whether something may be wanted because of this event."""
    data = delivered.data
    if isinstance(data, TaskEventData):
        return data.task_data.series_id is not None
    return isinstance(data, SeriesEventData)
