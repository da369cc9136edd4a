"""The one error root of the backend: a class per business case; the docstring is the sentence that people read.

`code` is the stable word that clients branch on, `kind` what sort of refusal it is; the doors map kinds to their own
replies (the REST door to an HTTP status), so that use cases know nothing of HTTP.
"""

from __future__ import annotations

from todo_backend.errors.accounts import (
    AccountGone,
    CountryNotFound,
    EmailTaken,
    ForeignPath,
    PlaceInvalid,
    RefreshRefused,
    RefreshReused,
    SignInRefused,
    TokenExpired,
    TokenInvalid,
)
from todo_backend.errors.reading import (
    ChatUnavailable,
    ConversationNotFound,
    CursorInvalid,
    EventNotFound,
    HistoryUnavailable,
    NotificationNotFound,
    NotificationsUnavailable,
    TimeRangeEmpty,
)
from todo_backend.errors.requests import (
    IdempotencyKeyReused,
    Overloaded,
    StaleEtag,
    StoreUnavailable,
    UndoConflict,
    UndoneAlready,
    UndoNotFound,
)
from todo_backend.errors.root import Kind, TodoError
from todo_backend.errors.series import (
    AdvanceInvalid,
    NoOpenOccurrence,
    OccurrenceConflict,
    RecurrenceInvalid,
    RecurrenceNeedsDue,
    RecurrenceOfSeries,
    ResumeDayPassed,
    SeriesHasEnded,
    SeriesNotFound,
    SuccessorTouched,
    Superseded,
)
from todo_backend.errors.tasks import (
    CompletedInFuture,
    ListNotFound,
    TaskDeleted,
    TaskNotClosed,
    TaskNotDeleted,
    TaskNotFound,
    TaskNotOpen,
    TaskTooLarge,
    TaskWithdrawn,
)

__all__ = [
    "AccountGone",
    "AdvanceInvalid",
    "ChatUnavailable",
    "CompletedInFuture",
    "ConversationNotFound",
    "CountryNotFound",
    "CursorInvalid",
    "EmailTaken",
    "EventNotFound",
    "ForeignPath",
    "HistoryUnavailable",
    "IdempotencyKeyReused",
    "Kind",
    "ListNotFound",
    "NoOpenOccurrence",
    "NotificationNotFound",
    "NotificationsUnavailable",
    "OccurrenceConflict",
    "Overloaded",
    "PlaceInvalid",
    "RecurrenceInvalid",
    "RecurrenceNeedsDue",
    "RecurrenceOfSeries",
    "RefreshRefused",
    "RefreshReused",
    "ResumeDayPassed",
    "SeriesHasEnded",
    "SeriesNotFound",
    "SignInRefused",
    "StaleEtag",
    "StoreUnavailable",
    "SuccessorTouched",
    "Superseded",
    "TaskDeleted",
    "TaskNotClosed",
    "TaskNotDeleted",
    "TaskNotFound",
    "TaskNotOpen",
    "TaskTooLarge",
    "TaskWithdrawn",
    "TimeRangeEmpty",
    "TodoError",
    "TokenExpired",
    "TokenInvalid",
    "UndoConflict",
    "UndoNotFound",
    "UndoneAlready",
]
