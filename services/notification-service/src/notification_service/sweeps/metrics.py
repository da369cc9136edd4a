"""What the sweep shows of itself."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

TAKEN = Counter("notification_reminders_due", "Reminders that came due and were taken from the queue")
OUTCOMES = Counter("notification_attempts", "Attempts settled: sent, dropped, postponed, dead", ["outcome"])
LATENESS = Histogram(
    "notification_reminder_lateness_seconds",
    "From a reminder's instant to the transaction that sent it",
    buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 15, 60, 300, 3600, 86400),
)
IN_FLIGHT = Gauge("notification_batches_in_flight", "Batches that are being confirmed or sent")
