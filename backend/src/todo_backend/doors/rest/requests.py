"""Bodies that the REST door accepts, and how they become commands."""

from __future__ import annotations

# ruff: noqa: RUF012 - Pydantic copies the defaults of fields
from typing import Annotated, Any, Literal
from uuid import UUID

from event_contracts.preferences import LONGEST_REPEAT, MOST_REPEATS, WallTime
from pydantic import Field, model_validator
from task_language import LINE_LIMIT

from todo_backend.doors.rest.fields import Body, CleanText, Instant, Line, Rrule, TimeZone, WallDate
from todo_backend.series.domain import Recurrence
from todo_backend.series.use_cases.edit import EditSeries
from todo_backend.tasks.domain import NOTES_LIMIT, REMINDERS_LIMIT, SUBTASKS_LIMIT, TAGS_LIMIT, TITLE_LIMIT
from todo_backend.tasks.use_cases.create import CreateTask
from todo_backend.tasks.use_cases.drafts import DueDraft, ReminderDraft, SubtaskDraft
from todo_backend.tasks.use_cases.postpone import PostponeTask

Title = Annotated[Line, Field(max_length=TITLE_LIMIT)]
Notes = Annotated[CleanText, Field(max_length=NOTES_LIMIT)]
Tag = Annotated[Line, Field(max_length=50)]
Priority = Literal["none", "low", "medium", "high", "urgent"]
Position = Annotated[float, Field(allow_inf_nan=False)]
OnHoliday = Annotated[
    Literal["ignore", "skip", "before", "after"],
    Field(description="what becomes of a date on a public holiday of one's country: left out, or moved to a workday"),
]
WallString = Annotated[str, Field(max_length=19, examples=["2026-12-24", "2026-12-24T17:00"])]
REMINDER_MINUTES = 366 * 24 * 60


class DueBody(Body):
    """When a task is due; without a time the whole day, without a zone in the user's own."""

    date: WallDate
    time: WallTime | None = None
    time_zone: TimeZone | None = None

    def draft(self) -> DueDraft:
        """Return the due as a use case takes it."""
        return DueDraft(self.date, self.time, self.time_zone)


class SubtaskBody(Body):
    """A line of a checklist; without an id it is new."""

    id: UUID | None = None
    title: Title
    done: bool = False


class ReminderBody(Body):
    """A reminder: `minutes_before` with `relative_to`, or `at`. With `repeat_minutes` it comes again until done."""

    id: UUID | None = None
    minutes_before: Annotated[int, Field(ge=0, le=REMINDER_MINUTES)] | None = None
    relative_to: Literal["due", "start"] | None = None
    at: Instant | None = None
    repeat_minutes: Annotated[int, Field(ge=1, le=LONGEST_REPEAT)] | None = None
    repeat_most: Annotated[int, Field(ge=1, le=MOST_REPEATS, description="null: as often as one prefers")] | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> ReminderBody:
        if self.repeat_most is not None and self.repeat_minutes is None:
            raise ValueError("repeat_most needs repeat_minutes")
        if (self.at is None) == (self.minutes_before is None):
            raise ValueError("a reminder has either minutes_before or at")
        if self.at is not None and self.relative_to is not None:
            raise ValueError("a reminder at an instant is relative to nothing")
        return self

    def draft(self) -> ReminderDraft:
        """Return the reminder as a use case takes it."""
        relative_to = None if self.at else self.relative_to or "due"
        return ReminderDraft(self.minutes_before, relative_to, self.at, self.id, self.repeat_minutes, self.repeat_most)


class RecurrenceBody(Body):
    """How a task repeats: an RFC 5545 rule in the wall time and zone of its due."""

    rrule: Rrule
    anchor: Literal["schedule", "completion"] = "schedule"
    missed: Literal["next", "each"] = "next"
    trigger: Literal["on_completion", "on_schedule"] = "on_completion"
    exdates: Annotated[list[WallString], Field(max_length=366)] = []
    rdates: Annotated[list[WallString], Field(max_length=366)] = []
    on_holiday: OnHoliday = "ignore"

    def domain(self) -> Recurrence:
        """Return the recurrence as a use case takes it."""
        return Recurrence(
            self.rrule,
            self.anchor,
            self.missed,
            self.trigger,
            tuple(self.exdates),
            tuple(self.rdates),
            self.on_holiday,
        )


class TaskFields(Body):
    """What creating and changing a task have in common."""

    notes: Notes = ""
    list_id: UUID | None = None
    priority: Priority = "none"
    tags: Annotated[list[Tag], Field(max_length=TAGS_LIMIT)] = []
    due: DueBody | None = None
    start_date: WallDate | None = None
    subtasks: Annotated[list[SubtaskBody], Field(max_length=SUBTASKS_LIMIT)] = []
    reminders: Annotated[list[ReminderBody], Field(max_length=REMINDERS_LIMIT)] = []
    recurrence: RecurrenceBody | None = None

    @model_validator(mode="after")
    def _reminders_differ(self) -> TaskFields:
        given = [reminder.id for reminder in self.reminders if reminder.id is not None]
        if len(set(given)) < len(given):
            raise ValueError("two reminders have the same id")
        return self

    def domain_fields(self) -> dict[str, Any]:
        """Return the fields that were given, as use cases take them."""
        given: dict[str, Any] = {name: getattr(self, name) for name in self.model_fields_set}
        if given.get("due") is not None:
            given["due"] = given["due"].draft()
        if "subtasks" in given:
            given["subtasks"] = tuple(SubtaskDraft(s.title, s.done, s.id) for s in given["subtasks"])
        if "reminders" in given:
            given["reminders"] = tuple(r.draft() for r in given["reminders"])
        if "tags" in given:
            given["tags"] = tuple(dict.fromkeys(given["tags"]))
        if given.get("recurrence") is not None:
            given["recurrence"] = given["recurrence"].domain()
        return given


class NewTask(TaskFields):
    """A new task."""

    title: Title
    position: Position | None = None

    def command(self, task_id: UUID) -> CreateTask:
        """Return the command that creates it."""
        return CreateTask(id=task_id, **self.domain_fields())


class TaskPatch(TaskFields):
    """The fields to change; what is absent stays as it is. Status is changed by complete, reopen and skip."""

    title: Title = ""
    position: Position = 0.0


class Completion(Body):
    """When it was done, if not now."""

    completed_at: Instant | None = None


class Reopening(Body):
    """What becomes of a next occurrence that has been changed since."""

    successor: Literal["withdraw", "keep"] | None = None


class ReadUpTo(Body):
    """The number of the newest notification that was seen."""

    up_to: Annotated[int, Field(ge=0, le=2**63 - 1)] = 2**63 - 1


class Postponement(Body):
    """Another date, or `to` the next date of its rule; without `time` the task keeps its own, null: the whole day."""

    to: Literal["next_date"] | None = None
    date: WallDate | None = None
    time: WallTime | None = None
    time_zone: TimeZone | None = None

    @model_validator(mode="after")
    def _one_place(self) -> Postponement:
        if (self.to is None) == (self.date is None):
            raise ValueError("a task is postponed either to a date or to next_date")
        if self.to is not None and (self.time, self.time_zone) != (None, None):
            raise ValueError("time and time_zone belong to a date")
        return self

    def command(self, task_id: UUID, expected_version: int | None) -> PostponeTask:
        """Return the command for a date."""
        assert self.date is not None  # noqa: S101 - the validator has looked
        return PostponeTask(
            task_id, self.date, self.time, "time" in self.model_fields_set, self.time_zone, expected_version
        )


class Pause(Body):
    """Until when: on the day of `resume_on` the series goes on by itself."""

    resume_on: WallDate | None = None


class SeriesPatch(Body):
    """The parts of a series to change; what is absent stays.

    `all`: the series and its open occurrence. `following`: its open occurrence and what comes after it become a series
    of their own. `this`: only its open occurrence is postponed, to `date`, `time` and `time_zone`. Another list,
    `list_id`, moves the open occurrences (`all`) or the newest (`following`); what follows is born where that one is.
    """

    scope: Literal["this", "following", "all"] = "all"
    rrule: Rrule = ""
    anchor: Literal["schedule", "completion"] = "schedule"
    missed: Literal["next", "each"] = "next"
    trigger: Literal["on_completion", "on_schedule"] = "on_completion"
    exdates: Annotated[list[WallString], Field(max_length=366)] = []
    rdates: Annotated[list[WallString], Field(max_length=366)] = []
    on_holiday: OnHoliday = "ignore"
    date: WallDate | None = None
    time: WallTime | None = None
    time_zone: TimeZone | None = None
    list_id: UUID | None = None

    @model_validator(mode="after")
    def _in_its_scope(self) -> SeriesPatch:
        named = self.model_fields_set - {"scope"}
        if self.scope == "this":
            if self.date is None or named - {"date", "time", "time_zone"}:
                raise ValueError("scope this takes date, and time and time_zone beside it")
        elif "date" in named:
            raise ValueError("date belongs to scope this")
        elif "time_zone" in named and self.time_zone is None:
            raise ValueError("the dates of a series have a time zone")
        return self

    def edit(self, series_id: UUID, expected_version: int | None) -> EditSeries:
        """Return the command for the series."""
        fields: dict[str, Any] = {name: getattr(self, name) for name in self.model_fields_set - {"scope"}}
        fields |= {name: tuple(fields[name]) for name in ("exdates", "rdates") if name in fields}
        return EditSeries(series_id, fields, expected_version)

    def postponement(self, task_id: UUID) -> PostponeTask:
        """Return the command for one occurrence."""
        assert self.date is not None  # noqa: S101 - the validator has looked
        return PostponeTask(task_id, self.date, self.time, "time" in self.model_fields_set, self.time_zone)


class PreviewStart(Body):
    """Where the series would begin."""

    date: WallDate
    time: WallTime | None = None
    time_zone: TimeZone


class PreviewBody(Body):
    """A rule to try out; nothing is stored."""

    rrule: Annotated[CleanText, Field(min_length=1, max_length=1000)]
    start: PreviewStart
    exdates: Annotated[list[WallString], Field(max_length=366)] = []
    rdates: Annotated[list[WallString], Field(max_length=366)] = []
    anchor: Literal["schedule", "completion"] = "schedule"
    on_holiday: OnHoliday = "ignore"
    count: Annotated[int, Field(ge=1, le=100)] = 5


class QuickAddBody(Body):
    """One line to read; nothing is stored."""

    text: Annotated[CleanText, Field(max_length=LINE_LIMIT)]
