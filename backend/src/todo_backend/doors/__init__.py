"""Ways in: REST, internal, live, events."""

from __future__ import annotations
