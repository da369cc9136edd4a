"""What the loop shows of itself."""

from __future__ import annotations

from prometheus_client import Counter, Gauge

ADVANCES = Counter(
    "recurring_advances",
    "Wishes taken up: early, made, already, ended, resumed, gone, superseded, refused, transient",
    ["outcome"],
)
IN_FLIGHT = Gauge("recurring_advances_in_flight", "Calls to the backend that have no answer yet")
