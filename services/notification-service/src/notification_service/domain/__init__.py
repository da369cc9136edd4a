"""What reminders need to know of tasks and people. Pure."""

from __future__ import annotations
