"""What sending shows of itself."""

from __future__ import annotations

from typing import Final, get_args

from prometheus_client import Counter, Gauge, Histogram

from notification_service.channels.channel import Kind

TRIES = Counter("notification_deliveries", "Tries to send to a channel, by what became of them", ["kind", "outcome"])
OUTCOMES: Final = ("sent", "retry", "refused", "gone")
for _kind in get_args(Kind):
    for _outcome in OUTCOMES:
        TRIES.labels(_kind, _outcome)  # from zero on: an alert must see the first failures, and they may be the most
SENDING = Gauge("notification_deliveries_in_flight", "Deliveries that this process is sending")
SEND_SECONDS = Histogram("notification_send_seconds", "How long one try took", ["kind"])
