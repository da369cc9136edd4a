"""What people write about tasks, as pure code: one line in, a draft or an intent out; dates back in words."""

from __future__ import annotations

from task_language.draft import Draft, ReminderWish, Span
from task_language.errors import LineTooLong, TaskLanguageError
from task_language.intents import (
    Add,
    Choose,
    Complete,
    Delete,
    Help,
    Intent,
    Listed,
    MakeList,
    Move,
    MoveToList,
    No,
    NotUnderstood,
    OnlyThis,
    Pause,
    Remind,
    Reopen,
    RepeatTask,
    Resume,
    Search,
    Skip,
    SkipMissed,
    StopRepeating,
    Target,
    ToNextDate,
    Undo,
    Yes,
)
from task_language.moment import LINE_LIMIT, Moment
from task_language.phrases import understand
from task_language.quick_add import parse
from task_language.repeats import Repeat
from task_language.say import say_date, say_due, say_reminder

__all__ = [
    "LINE_LIMIT",
    "Add",
    "Choose",
    "Complete",
    "Delete",
    "Draft",
    "Help",
    "Intent",
    "LineTooLong",
    "Listed",
    "MakeList",
    "Moment",
    "Move",
    "MoveToList",
    "No",
    "NotUnderstood",
    "OnlyThis",
    "Pause",
    "Remind",
    "ReminderWish",
    "Reopen",
    "Repeat",
    "RepeatTask",
    "Resume",
    "Search",
    "Skip",
    "SkipMissed",
    "Span",
    "StopRepeating",
    "Target",
    "TaskLanguageError",
    "ToNextDate",
    "Undo",
    "Yes",
    "parse",
    "say_date",
    "say_due",
    "say_reminder",
    "understand",
]
