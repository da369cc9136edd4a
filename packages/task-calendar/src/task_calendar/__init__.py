"""Tasks that repeat as iCalendar (RFC 5545, RFC 7986) and back: pure, no clock, no I/O."""

from __future__ import annotations

from task_calendar.item import Alarm, CalendarRefused, Item, Moved, Repeats, When
from task_calendar.reading import ITEMS_LIMIT, read
from task_calendar.writing import END, HEAD, Writer, whole

__all__ = [
    "END",
    "HEAD",
    "ITEMS_LIMIT",
    "Alarm",
    "CalendarRefused",
    "Item",
    "Moved",
    "Repeats",
    "When",
    "Writer",
    "read",
    "whole",
]
