"""What can be done with a task."""

from __future__ import annotations
