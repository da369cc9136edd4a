"""The one error root of the backend: a class per business case; the docstring is the sentence that people read.

`code` is the stable word that clients branch on, `kind` what sort of refusal it is; the doors map kinds to their own
replies (the REST door to an HTTP status), so that use cases know nothing of HTTP.
"""

from __future__ import annotations

from typing import Any, Literal

Kind = Literal["invalid", "unauthenticated", "forbidden", "not_found", "conflict", "stale", "gone", "unavailable"]


class TodoError(Exception):
    """The request was refused."""

    code: str = "refused"
    kind: Kind = "invalid"

    def __init__(self, detail: str | None = None, **extra: Any) -> None:
        self.sentence = (self.__doc__ or "").strip().splitlines()[0]
        self.detail = detail
        self.extra = extra
        super().__init__(f"{self.sentence} {detail}" if detail else self.sentence)


class TaskNotFound(TodoError):
    """There is no such task."""

    code = "task_not_found"
    kind = "not_found"


class SeriesNotFound(TodoError):
    """There is no such series."""

    code = "series_not_found"
    kind = "not_found"


class ListNotFound(TodoError):
    """There is no such list."""

    code = "list_not_found"


class StaleEtag(TodoError):
    """The thing has changed since you read it; nothing was changed now."""

    code = "stale_etag"
    kind = "stale"


class TaskDeleted(TodoError):
    """The task is deleted; restore it first."""

    code = "task_deleted"
    kind = "conflict"


class TaskNotOpen(TodoError):
    """The task is not open."""

    code = "task_not_open"
    kind = "conflict"


class TaskNotClosed(TodoError):
    """The task is open already."""

    code = "task_open"
    kind = "conflict"


class TaskNotDeleted(TodoError):
    """The task is not deleted."""

    code = "task_not_deleted"
    kind = "conflict"


class TaskWithdrawn(TodoError):
    """The task was withdrawn together with the completion that had made it."""

    code = "task_withdrawn"
    kind = "conflict"


class SuccessorTouched(TodoError):
    """The next occurrence has been changed since; say whether to withdraw or to keep it."""

    code = "successor_touched"
    kind = "conflict"


class OccurrenceConflict(TodoError):
    """The series has another open occurrence."""

    code = "occurrence_conflict"
    kind = "conflict"


class SeriesHasEnded(TodoError):
    """The series has ended."""

    code = "series_ended"
    kind = "conflict"


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


class TaskTooLarge(TodoError):
    """The change is too large to be told of in one event; make it in smaller steps, or shorten notes and checklist."""

    code = "task_too_large"


class CompletedInFuture(TodoError):
    """A task cannot have been completed in the future."""

    code = "completed_at_in_future"


class RecurrenceOfSeries(TodoError):
    """The rule of a task that already repeats is changed through its series."""

    code = "recurrence_of_series"


class UndoNotFound(TodoError):
    """There is nothing to undo under this handle; handles last 24 hours."""

    code = "undo_not_found"
    kind = "not_found"


class UndoConflict(TodoError):
    """What the act had changed has been changed again since; nothing was undone."""

    code = "undo_conflict"
    kind = "conflict"


class UndoneAlready(TodoError):
    """This act has been undone already."""

    code = "undone_already"
    kind = "conflict"


class IdempotencyKeyReused(TodoError):
    """This Idempotency-Key was used for a different request."""

    code = "idempotency_key_reused"
    kind = "conflict"


class EmailTaken(TodoError):
    """There is an account with this address already."""

    code = "email_taken"
    kind = "conflict"


class SignInRefused(TodoError):
    """Address or password is wrong."""

    code = "sign_in_refused"
    kind = "unauthenticated"


class RefreshRefused(TodoError):
    """The refresh token is not valid any more; sign in again."""

    code = "refresh_token_invalid"
    kind = "unauthenticated"


class RefreshReused(TodoError):
    """The refresh token was used twice, so its session was ended; sign in again."""

    code = "refresh_token_reused"
    kind = "unauthenticated"


class TokenInvalid(TodoError):
    """The access token is missing, expired or not ours."""

    code = "invalid_token"
    kind = "unauthenticated"


class ForeignPath(TodoError):
    """This token does not open this path."""

    code = "forbidden"
    kind = "forbidden"


class AccountGone(TodoError):
    """The account of this token does not exist any more."""

    code = "account_gone"
    kind = "unauthenticated"


class CursorInvalid(TodoError):
    """The cursor is not one that this list has given out."""

    code = "cursor_invalid"


class EventNotFound(TodoError):
    """There is no such event in your history; what was done just now appears in a moment."""

    code = "event_not_found"
    kind = "not_found"


class TimeRangeEmpty(TodoError):
    """The time range ends before it begins."""

    code = "time_range_empty"


class NotificationNotFound(TodoError):
    """There is no such notification."""

    code = "notification_not_found"
    kind = "not_found"


class NotificationsUnavailable(TodoError):
    """Notifications cannot be read at the moment; everything else works."""

    code = "notifications_unavailable"
    kind = "unavailable"


class HistoryUnavailable(TodoError):
    """The history cannot be read at the moment; everything else works."""

    code = "history_unavailable"
    kind = "unavailable"


class StoreUnavailable(TodoError):
    """The database cannot be reached at the moment; try again."""

    code = "store_unavailable"
    kind = "unavailable"


class Overloaded(TodoError):
    """Too many requests are waiting at the moment; try again in a second."""

    code = "overloaded"
    kind = "unavailable"


class AdvanceInvalid(TodoError):
    """The asked advance of the series makes no sense."""

    code = "advance_invalid"


class Superseded(TodoError):
    """The series or its last occurrence has moved on; compute again from what is enclosed."""

    code = "superseded"
    kind = "conflict"


class ChatUnavailable(TodoError):
    """The chat cannot be reached at the moment; nothing was changed, and everything else works."""

    code = "chat_unavailable"
    kind = "unavailable"


class ConversationNotFound(TodoError):
    """There is no such conversation; they are kept for 30 days."""

    code = "conversation_not_found"
    kind = "not_found"
