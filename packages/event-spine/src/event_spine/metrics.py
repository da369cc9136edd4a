"""Metrics of the spine, in the process's default Prometheus registry."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

RELAY_LEADING = Gauge("event_relay_leading", "1 while this relay holds the lease of its ledger")
RELAY_REFUSES_DATABASE = Gauge(
    "event_relay_refuses_database", "1 while this relay publishes nothing because the database is not the one it knew"
)
RELAY_BATCH = Gauge("event_relay_batch_events", "Events found pending by the last read")
RELAY_PUBLISHED = Counter("event_relay_published", "Events acknowledged by the broker")
RELAY_REFUSED = Counter("event_relay_refused", "Entries refused by the broker, each attempt counted")
RELAY_HELD = Gauge(
    "event_relay_held_for_operator", "Stream keys of this relay's ledger that wait for an operator, while it leads"
)
RELAY_FAILURES = Counter("event_relay_failures", "Bulks of which nothing is known (broker or sidecar away)")

FINE_BUCKETS = (
    *(n / 2000 for n in range(1, 41)),  # half milliseconds up to 20
    *(n / 1000 for n in (25, 30, 40, 50, 75, 100, 150, 200, 300, 500, 1000, 2000, 5000, 15000)),
)
RELAY_READ_SECONDS = Histogram(
    "event_relay_read_seconds", "One read of the queue of pending events", buckets=FINE_BUCKETS
)
RELAY_PUBLISH_SECONDS = Histogram(
    "event_relay_publish_seconds", "One bulk: from the call of the sidecar to its answer", buckets=FINE_BUCKETS
)
ARRIVAL_SECONDS = Histogram(
    "event_consumer_arrival_seconds",
    "From the record's timestamp in Kafka (milliseconds) to its arrival at this consumer",
    ["topic"],
    buckets=FINE_BUCKETS,
)
CONSUMED = Counter("event_consumer_records", "Records handled", ["topic", "outcome"])
EVENTS = Counter("event_consumer_events", "Events handled, by their type of the catalogue", ["type"])
DEAD_LETTERS = Counter("event_consumer_dead_letters", "Records that became dead letters", ["topic", "reason"])
HINTS = Counter("event_broadcast_hints", "Messages of a broadcast topic that arrived here", ["topic"])
HINTS_FAILED = Counter("event_broadcast_hints_failed", "Hints of a broadcast topic that could not be read", ["topic"])
UNPLACED = Counter("event_consumer_unplaced", "Deliveries, or entries of one, that are not what a sidecar sends")
LAST_EVENT = Gauge(
    "event_consumer_last_event_timestamp_seconds", "Publishing time of the newest event handled", ["topic"]
)
DELIVERY_SECONDS = Histogram(
    "event_consumer_delivery_seconds",
    "From the event's occurred_at to the commit of its effect",
    ["topic"],
    buckets=(0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300),
)
PARTITIONS_UNTIL = Gauge(
    "event_partitions_until_timestamp_seconds", "When the last day ends for which this table has a partition", ["table"]
)
LOOP_RUNS = Counter("event_loop_runs", "Runs of a background loop", ["loop", "outcome"])
