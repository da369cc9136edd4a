"""Topics, edges, apps and event shapes of the platform, as data; no I/O."""

from __future__ import annotations

from event_contracts.catalog import CATALOG, PROBED, RECURRING_TASK_CREATED, EventType, data_model, short_name
from event_contracts.events import (
    Actor,
    CloudEvent,
    EventData,
    FieldChange,
    ReminderEventData,
    ReminderSnoozedData,
    SeriesEventData,
    TaskEventData,
    UserEventData,
)
from event_contracts.topics import TOPICS, Topic

__all__ = [
    "CATALOG",
    "PROBED",
    "RECURRING_TASK_CREATED",
    "TOPICS",
    "Actor",
    "CloudEvent",
    "EventData",
    "EventType",
    "FieldChange",
    "ReminderEventData",
    "ReminderSnoozedData",
    "SeriesEventData",
    "TaskEventData",
    "Topic",
    "UserEventData",
    "data_model",
    "short_name",
]
