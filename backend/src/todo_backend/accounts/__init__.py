"""People, their sessions and their tokens."""

from __future__ import annotations
