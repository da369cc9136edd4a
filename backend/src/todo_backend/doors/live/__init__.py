"""Live updates over server-sent events."""

from __future__ import annotations
