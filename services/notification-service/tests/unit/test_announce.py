"""The events of reminders are written by hand, for speed: byte by byte what the models write."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest
from event_contracts import CloudEvent, ReminderEventData
from event_contracts.events import Because, RemindedItem
from event_contracts.identifiers import uuid7
from notification_service.domain.compose import Message
from notification_service.sweeps.announce import sent_entry
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider

NOW = dt.datetime(2026, 5, 1, 9, 0, 0, 120, tzinfo=dt.UTC)
ITEM = RemindedItem(key="k", reminder_id=uuid4(), revision=3, task_id=uuid4(), title="Ä", remind_at=NOW)
MESSAGE = Message(
    notification_id=uuid4(), user_id=uuid7(), kind="digest", key="k/1", reminder_id=None, task_id=uuid4(), revision=5,
    title='<b>"Zähne"</b> 🦷', remind_at=NOW.replace(microsecond=0), due_at=None, fired_at=NOW, late=True,
    confirmed=False, time_zone="Europe/Berlin", digest=(ITEM,), because=Because(kind="at", sentence="So."), version=2,
)  # fmt: skip


@pytest.mark.parametrize("traced", [True, False])
def test_a_record_is_what_the_models_write(traced: bool) -> None:
    with trace.use_span(TracerProvider().get_tracer("t").start_span("s") if traced else trace.INVALID_SPAN):
        entry = sent_entry(MESSAGE, 7, NOW)
    event = CloudEvent.model_validate_json(entry.record)
    data = ReminderEventData.model_validate(event.data).model_dump(mode="json")
    assert event.model_copy(update={"data": data}).model_dump_json(exclude_none=True).encode() == entry.record
    assert (event.traceparent is not None) is traced
    assert (event.subject, entry.version, data["version"], data["digest"][0]["title"]) == (
        str(MESSAGE.notification_id), 2, 2, "Ä"
    )  # fmt: skip
