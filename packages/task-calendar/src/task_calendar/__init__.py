"""Tasks that repeat as iCalendar (RFC 5545, RFC 7986) and back: pure, no clock, no I/O."""

from __future__ import annotations

from task_calendar.item import Alarm, CalendarRefused, Item, Moved, Repeats, When
from task_calendar.reading import ITEMS_LIMIT, read
from task_calendar.writing import END, Writer, head, whole

__all__ = [
    "END",
    "ITEMS_LIMIT",
    "Alarm",
    "CalendarRefused",
    "Item",
    "Moved",
    "Repeats",
    "When",
    "Writer",
    "head",
    "read",
    "whole",
]
