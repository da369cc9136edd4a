"""Event shapes: CloudEvents 1.0 envelopes and the data inside them.

Source: CloudEvents 1.0.2 core specification and its distributed-tracing extension (`traceparent`, `tracestate`).
`id` is the UUIDv7 of the ledger row and never changes between retries, so (source, id) is what consumers may trust.
"""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from event_contracts.task import ListData, SeriesData, TaskData, UserData

Door = Literal["rest", "chat", "mcp", "internal"]
ActorKind = Literal["user", "agent", "mcp", "service"]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Actor(_Shape):
    """Who acted and through which door: a user id, or the app-id of a service."""

    kind: ActorKind
    id: str
    door: Door


class FieldChange(_Shape):
    """One field before and after the act, as JSON values."""

    before: Any = None
    after: Any = None


class EventData(_Shape):
    """What every event says besides its own content.

    `occurred_at` is the database's clock, microseconds, strictly rising per aggregate. `version` counts the
    aggregate's changes from 1 without a gap. `causation_id` is the event that led to this one, `correlation_id`
    the request that started the chain.
    """

    event_type: str
    user_id: UUID | None = None
    user_time_zone: str = "UTC"
    occurred_at: AwareDatetime
    actor: Actor
    version: int
    change: int | None = Field(default=None, description="the user's change counter after this act")
    changes: dict[str, FieldChange] = Field(default_factory=dict)
    reason: str | None = None
    causation_id: UUID | None = None
    correlation_id: UUID | None = None


class TaskEventData(EventData):
    """Data of every `todo.task.*` event."""

    task_id: UUID
    title: str
    due_at: AwareDatetime | None = None
    task_data: TaskData


class SeriesEventData(EventData):
    """Data of every `todo.series.*` event; `task_id` is the occurrence that the act was made on, where there is one."""

    series_id: UUID
    task_id: UUID | None = None
    title: str = ""
    series_data: SeriesData


class ListEventData(EventData):
    """Data of every `todo.list.*` event."""

    list_id: UUID
    list_data: ListData


class UserEventData(EventData):
    """Data of every `todo.user.*` event."""

    user_data: UserData


class SecurityEventData(EventData):
    """Data of every `todo.security.*` event; never a secret, an unknown address only as its digest.

    `version` counts what became of a session: 1 is its beginning, which for the first session of an account is told by
    `todo.user.created`. Each `refused` is an aggregate of its own.
    """

    subject_digest: str | None = Field(default=None, description="SHA-256 of an address that no account has")
    outcome: str = Field(description="how, or why not: `password`, `wrong_password`, `reused`, …")
    session_id: UUID | None = None
    source: str | None = Field(default=None, description="where the caller came from: an address, or `page`")
    count: int = Field(default=1, description="of `refused`: how many alike within the last minute")


class RemindedItem(_Shape):
    """One reminder that a digest tells of; see `ReminderEventData` for the fields."""

    key: str
    reminder_id: UUID
    revision: int
    task_id: UUID
    title: str
    remind_at: AwareDatetime
    due_at: AwareDatetime | None = None


class Because(_Shape):
    """Why somebody was told, as data and as a sentence.

    `kind`: `due`, `start` or `at` for a reminder of a task (with `preference` one that the task does not name itself),
    `snooze` for one that was put off, `digest`, `agenda`, `review`. `since` is when it was asked for; `number` of
    `most` counts repetitions; `held` says that it waited for the end of quiet hours.
    """

    kind: str
    sentence: str
    reminder_id: UUID | None = None
    minutes_before: int | None = None
    since: AwareDatetime | None = None
    number: int = 0
    most: int = 0
    held: bool = False
    preference: str | None = None


class SummaryItem(_Shape):
    """One task that an agenda or a review names; `group` is `overdue`, `due`, `ahead` or `done`."""

    group: str
    task_id: UUID
    title: str
    due_at: AwareDatetime | None = None


class ReminderEventData(EventData):
    """Data of every `todo.reminder.*` event: one reminder that came due, through one channel.

    `key` is made of reminder, revision, instant and channel and never told of twice as sent. A digest tells of many
    late reminders of one user at once: they stand in `digest`, and `reminder_id`, `task_id`, `revision` and `due_at`
    are absent. `kind` says what it is (`reminder`, `digest`, `agenda`, `review`); the last two are summaries of a day
    and of a week, whose tasks stand in `summary`. Events from before these fields have neither.
    """

    key: str
    kind: str | None = None
    because: Because | None = None
    summary: tuple[SummaryItem, ...] = ()
    reminder_id: UUID | None = None
    task_id: UUID | None = None
    title: str
    revision: int | None = Field(default=None, description="changes with whatever the instant is derived from")
    remind_at: AwareDatetime = Field(description="when it was due; of a digest, the earliest")
    due_at: AwareDatetime | None = None
    fired_at: AwareDatetime = Field(description="when it was taken from the queue, never before `remind_at`")
    channel: str
    late: bool = Field(default=False, description="more than 60 s after `remind_at`")
    confirmed: bool = Field(default=True, description="false: todo-backend could not be asked for two minutes")
    notification_id: UUID | None = None
    notification_number: int | None = Field(default=None, description="rises by one per notification of the user")
    channel_id: UUID | None = Field(default=None, description="which of the user's channels; absent in the app")
    tries: int | None = Field(default=None, description="how often it was tried; absent in the app")
    digest: tuple[RemindedItem, ...] = ()


class ReminderSnoozedData(EventData):
    """Data of `todo.reminder.snoozed`: a person put a reminder off. Each time is an aggregate of its own."""

    reminder_id: UUID = Field(description="the one that was put off, as its task names it")
    task_id: UUID
    title: str
    until: AwareDatetime = Field(description="when it comes again; a later one of the same task takes its place")


class ProbeEventData(EventData):
    """Data of a canary: it goes the whole way of an event and changes nothing."""

    topic: str


class HintedChange(_Shape):
    """One user of a hint, who has changes up to this counter."""

    user: UUID
    counter: int


class HintData(_Shape):
    """Data of a hint to live pages: whose changes there are. In no ledger; may be lost."""

    changes: tuple[HintedChange, ...]


class CloudEvent(BaseModel):
    """The envelope. Unknown extension attributes are kept when an event is read."""

    model_config = ConfigDict(extra="allow", frozen=True)

    specversion: Literal["1.0"] = "1.0"
    id: UUID
    source: str = Field(min_length=1)
    type: str = Field(min_length=1)
    subject: str | None = None
    time: AwareDatetime
    datacontenttype: str = "application/json"
    traceparent: str | None = None
    tracestate: str | None = None
    data: dict[str, Any]
