"""Zones of people, as far as they are known here. Pure."""

from __future__ import annotations

from recurrence_rules import RecurrenceError, zone


def known(name: str) -> str:
    """Return a zone that wall times can be resolved in: the one named, else UTC."""
    try:
        zone(name)
    except RecurrenceError:
        return "UTC"
    return name
