"""What the REST door answers, as models: the contract in openapi.json. Answers themselves are written by `shapes`."""

from __future__ import annotations

from todo_backend.doors.rest.replies.accounts import Countries, Country, Region, SessionReply, User
from todo_backend.doors.rest.replies.drafts import DraftRecurrence, DraftReminder, DraftTask, QuickAdd, TextSpan
from todo_backend.doors.rest.replies.history import HistoryChain, HistoryEntry, HistoryPage, TaskAsOf, TasksAsOf
from todo_backend.doors.rest.replies.notifications import (
    Notification,
    NotificationPage,
    NotificationsRead,
    RemindedItem,
)
from todo_backend.doors.rest.replies.problem import ProblemReply
from todo_backend.doors.rest.replies.series import Occurrence, Preview, Series, SeriesAndUndo, SeriesInWords, Undone
from todo_backend.doors.rest.replies.tasks import (
    Due,
    Recurrence,
    Reminder,
    Subtask,
    Task,
    TaskAndUndo,
    TaskPage,
)

__all__ = [
    "Countries",
    "Country",
    "DraftRecurrence",
    "DraftReminder",
    "DraftTask",
    "Due",
    "HistoryChain",
    "HistoryEntry",
    "HistoryPage",
    "Notification",
    "NotificationPage",
    "NotificationsRead",
    "Occurrence",
    "Preview",
    "ProblemReply",
    "QuickAdd",
    "Recurrence",
    "Region",
    "RemindedItem",
    "Reminder",
    "Series",
    "SeriesAndUndo",
    "SeriesInWords",
    "SessionReply",
    "Subtask",
    "Task",
    "TaskAndUndo",
    "TaskAsOf",
    "TaskPage",
    "TasksAsOf",
    "TextSpan",
    "Undone",
    "User",
]
