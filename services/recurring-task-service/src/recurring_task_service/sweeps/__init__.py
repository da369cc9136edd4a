"""The loop that asks the backend for what is wanted."""

from __future__ import annotations
