"""Series of repeating tasks."""

from __future__ import annotations
