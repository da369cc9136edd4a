"""What is asked for: histories, notifications, conversations, pages."""

from __future__ import annotations

from todo_backend.errors.root import TodoError


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


class DateRangeTooLong(TodoError):
    """At most 366 days can be asked for at once."""

    code = "date_range_too_long"


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


class ChatUnavailable(TodoError):
    """The chat cannot be reached at the moment; nothing was changed, and everything else works."""

    code = "chat_unavailable"
    kind = "unavailable"


class ConversationNotFound(TodoError):
    """There is no such conversation; they are kept for 30 days."""

    code = "conversation_not_found"
    kind = "not_found"
