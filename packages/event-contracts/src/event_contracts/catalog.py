"""Every event type: its name, its topic and the shape of its data."""

from __future__ import annotations

from dataclasses import dataclass

from event_contracts.events import (
    EventData,
    ListEventData,
    ProbeEventData,
    ReminderEventData,
    ReminderSnoozedData,
    SecurityEventData,
    SeriesEventData,
    TaskEventData,
    UserEventData,
)
from event_contracts.topics import ACCOUNT_EVENTS, REMINDERS, TASK_EVENTS, Topic


@dataclass(frozen=True, slots=True)
class EventType:
    """`todo.<noun>.<past-tense>.v<n>`, the topic it is published to and the model of its data."""

    name: str
    topic: Topic
    data: type[EventData]

    @property
    def short_name(self) -> str:
        """Return `<noun>_<past tense>`, what `event_type` says inside the data (`task_created`)."""
        _, noun, verb, _ = self.name.split(".")
        return f"{noun}_{verb}"


def _types(noun: str, verbs: str, topic: Topic, data: type[EventData]) -> list[EventType]:
    return [EventType(f"todo.{noun}.{verb}.v1", topic, data) for verb in verbs.split()]


CATALOG: dict[str, EventType] = {
    t.name: t
    for t in (
        *_types(
            "task",
            "created updated completed reopened skipped missed postponed deleted restored purged",
            TASK_EVENTS,
            TaskEventData,
        ),
        *_types("series", "created updated paused resumed ended", TASK_EVENTS, SeriesEventData),
        *_types("list", "created updated deleted restored", TASK_EVENTS, ListEventData),
        *_types("user", "created updated deleted", ACCOUNT_EVENTS, UserEventData),
        *_types(
            "security", "signed_in token_refreshed signed_out token_revoked refused", ACCOUNT_EVENTS, SecurityEventData
        ),
        *_types("reminder", "sent failed", REMINDERS, ReminderEventData),
        *_types("reminder", "snoozed", REMINDERS, ReminderSnoozedData),
    )
}

PROBED = "todo.platform.probed.v1"
"""The canary. It is ledgered in every topic of its publisher, so it has no topic of its own."""

HINTED = "todo.hint.changed.v1"
"""What `task-updates` carries. It tells of no change of its own, so it stands in no ledger and not in the catalogue."""

RECURRING_TASK_CREATED = "recurring_task_created"
"""`event_type` of the created event of a successor, instead of `task_created`."""


def short_name(type_name: str) -> str:
    """Return the short name of a type; `platform_probed` for the canary. Raises KeyError for an unknown type."""
    return "platform_probed" if type_name == PROBED else CATALOG[type_name].short_name


def data_model(type_name: str) -> type[EventData] | None:
    """Return the model of a type's data, or None for a type that this version does not know."""
    if type_name == PROBED:
        return ProbeEventData
    known = CATALOG.get(type_name)
    return known.data if known else None
