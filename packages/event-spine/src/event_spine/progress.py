"""How far a consumer has come, for the health document of its app."""

from __future__ import annotations

from typing import Any

from event_spine.consumer import Consumer


def progress_of(consumer: Consumer) -> dict[str, Any]:
    """Return what has been seen of each topic since the process started, as JSON values."""
    return {
        topic: {
            "last_event_at": seen.last_event_at and seen.last_event_at.isoformat(),
            "last_event_id": seen.last_event_id and str(seen.last_event_id),
            "last_probe_at": seen.last_probe_at and seen.last_probe_at.isoformat(),
            "last_probe_id": seen.last_probe_id and str(seen.last_probe_id),
        }
        for topic, seen in consumer.progress.items()
    }
