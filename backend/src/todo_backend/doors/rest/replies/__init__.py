"""What the REST door answers, as models: the contract in openapi.json. Answers themselves are written by `shapes`."""

from __future__ import annotations

from todo_backend.doors.rest.replies.accounts import Countries, Country, Region, SessionReply, User
from todo_backend.doors.rest.replies.calendars import Imported, ImportedTask
from todo_backend.doors.rest.replies.drafts import DraftRecurrence, DraftReminder, DraftTask, QuickAdd, TextSpan
from todo_backend.doors.rest.replies.history import HistoryChain, HistoryEntry, HistoryPage, TaskAsOf, TasksAsOf
from todo_backend.doors.rest.replies.lists import ListAndUndo, TaskList, TaskLists
from todo_backend.doors.rest.replies.notifications import (
    Because,
    Notification,
    NotificationPage,
    NotificationsRead,
    RemindedItem,
    SummaryItem,
)
from todo_backend.doors.rest.replies.past import Day, Days, NextDates, PastOccurrence, PastPage, Streak
from todo_backend.doors.rest.replies.problem import ProblemReply
from todo_backend.doors.rest.replies.series import (
    Occurrence,
    PausedPage,
    PausedSeries,
    Preview,
    Series,
    SeriesAndUndo,
    SeriesInWords,
    TaskAndNext,
    Undone,
)
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
    "Because",
    "Countries",
    "Country",
    "Day",
    "Days",
    "DraftRecurrence",
    "DraftReminder",
    "DraftTask",
    "Due",
    "HistoryChain",
    "HistoryEntry",
    "HistoryPage",
    "Imported",
    "ImportedTask",
    "ListAndUndo",
    "NextDates",
    "Notification",
    "NotificationPage",
    "NotificationsRead",
    "Occurrence",
    "PastOccurrence",
    "PastPage",
    "PausedPage",
    "PausedSeries",
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
    "Streak",
    "Subtask",
    "SummaryItem",
    "Task",
    "TaskAndNext",
    "TaskAndUndo",
    "TaskAsOf",
    "TaskList",
    "TaskLists",
    "TaskPage",
    "TasksAsOf",
    "TextSpan",
    "Undone",
    "User",
]
