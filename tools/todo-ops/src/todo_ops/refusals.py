"""`todo-ops refusals`: what each app, consumer and sidecar did not let in since it started, from their metrics."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from event_contracts.apps import APPS
from prometheus_client.parser import text_string_to_metric_families

from todo_ops.errors import FINE, UNREACHED, Unreached
from todo_ops.services import Services
from todo_ops.terminal import say, say_json, table

Document = dict[str, Any]
NO_METRICS = ("todo-frontend",)
"""The page counts nothing of its own; what it passes on is refused, and counted, by the backend."""


def refusals(services: Services, as_json: bool) -> int:
    """Show every refusal by app, door and reason; 3 when a process gave no answer."""
    found: list[Document] = []
    unreached: list[str] = []
    for app in APPS:
        for kind in ("sidecar",) if app in NO_METRICS else ("app", "sidecar"):
            try:
                found += counted(app, services.metrics(app, sidecar=kind == "sidecar"))
            except Unreached as error:
                unreached.append(str(error))
    found.sort(key=lambda one: (-one["count"], one["app"], one["door"], one["reason"]))
    if as_json:
        say_json({"refused": found, "unreached": unreached})
    else:
        rows = [(one["app"], one["door"], one["reason"], one["count"]) for one in found]
        say(table(("APP", "DOOR", "REASON", "COUNT"), rows) if rows else "Nothing was refused since the start.")
        for sentence in unreached:
            say(f"! {sentence}")
    return UNREACHED if unreached else FINE


def counted(app_id: str, metrics: str) -> list[Document]:
    """Return the refusals that a metrics page tells of. Pure."""
    return [
        {"app": app_id, "door": door, "reason": reason, "count": int(count)}
        for door, reason, count in _samples(metrics)
        if count
    ]


def _samples(metrics: str) -> Iterator[tuple[str, str, float]]:
    for family in text_string_to_metric_families(metrics):
        for sample in family.samples:
            labels = sample.labels
            match sample.name:
                case "http_server_refused_requests_total":
                    yield labels["door"], labels["reason"], sample.value
                case "event_consumer_dead_letters_total":
                    yield f"topic {labels['topic']}", labels["reason"], sample.value
                case "event_broadcast_hints_failed_total":
                    yield f"topic {labels['topic']}", "unreadable_hint", sample.value
                case "event_consumer_unplaced_total":
                    yield "events", "no_delivery", sample.value
                case "event_relay_refused_total":
                    yield "broker", "entry_refused", sample.value
                case "dapr_error_code_total" if labels["error_code"] in SIDECAR_REFUSALS:
                    yield "sidecar", labels["error_code"], sample.value
                case _:
                    continue


SIDECAR_REFUSALS = ("ERR_PUBSUB_FORBIDDEN", "ERR_PERMISSION_DENIED")
"""Codes with which a sidecar says that this app may not: a topic outside its scope, a secret that is not its own."""
