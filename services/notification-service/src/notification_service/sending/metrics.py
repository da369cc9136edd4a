"""What sending shows of itself."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

TRIES = Counter("notification_deliveries", "Tries to send to a channel, by what became of them", ["kind", "outcome"])
SENDING = Gauge("notification_deliveries_in_flight", "Deliveries that this process is sending")
SEND_SECONDS = Histogram("notification_send_seconds", "How long one try took", ["kind"])
