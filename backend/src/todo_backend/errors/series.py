"""Series and their rules."""

from __future__ import annotations

from todo_backend.errors.root import TodoError


class SeriesNotFound(TodoError):
    """There is no such series."""

    code = "series_not_found"
    kind = "not_found"


class OccurrenceConflict(TodoError):
    """The series has another open occurrence."""

    code = "occurrence_conflict"
    kind = "conflict"


class SeriesHasEnded(TodoError):
    """The series has ended."""

    code = "series_ended"
    kind = "conflict"


class SeriesPaused(TodoError):
    """The series is paused; resume it first."""

    code = "series_paused"
    kind = "conflict"


class NoNextDate(TodoError):
    """The rule has no further date to postpone to; name one, or skip the task."""

    code = "no_next_date"
    kind = "conflict"


class TaskDoesNotRepeat(TodoError):
    """The task does not repeat: name the date to postpone it to."""

    code = "task_does_not_repeat"


class NoOpenOccurrence(TodoError):
    """The series has no open occurrence at the moment."""

    code = "no_open_occurrence"
    kind = "conflict"


class ResumeDayPassed(TodoError):
    """The day on which the series is to go on must lie ahead."""

    code = "resume_on_passed"


class RecurrenceNeedsDue(TodoError):
    """A task that repeats needs a due date to start from."""

    code = "recurrence_needs_due"


class RecurrenceInvalid(TodoError):
    """The recurrence rule is not accepted."""

    code = "recurrence_invalid"

    def __init__(self, code: str, sentence: str, detail: str | None = None) -> None:
        """Take the case as `recurrence_rules` names it."""
        super().__init__(detail or sentence)
        self.code = code


class RecurrenceOfSeries(TodoError):
    """The rule of a task that already repeats is changed through its series."""

    code = "recurrence_of_series"


class SuccessorTouched(TodoError):
    """The next occurrence has been changed since; say whether to withdraw or to keep it."""

    code = "successor_touched"
    kind = "conflict"


class AdvanceInvalid(TodoError):
    """The asked advance of the series makes no sense."""

    code = "advance_invalid"


class Superseded(TodoError):
    """The series or its last occurrence has moved on; compute again from what is enclosed."""

    code = "superseded"
    kind = "conflict"
