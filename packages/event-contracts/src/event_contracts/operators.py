"""What an operator may ask of each service, as data: routes of the inner listener, each with its edge.

They are called directly on the inner listener with the app token, never through Dapr: none begins with what Dapr may
invoke, so that a call that came through a sidecar is refused. The caller is `todo-ops`, which is no deployable.
"""

from __future__ import annotations

from dataclasses import dataclass

from event_contracts.apps import TODO_BACKEND
from event_contracts.edges import Edge
from event_contracts.topics import TOPICS, ConsumerKind

OPERATOR = "todo-ops"
"""The id under which an operator's command line signs its service tokens."""
DEADLINE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class ConsumerDoor:
    """What one consumer answers about itself and its dead letters."""

    state: Edge
    dead_letters: Edge
    dead_letter: Edge
    requeue: Edge
    discard: Edge

    @property
    def edges(self) -> tuple[Edge, ...]:
        """Return all of them."""
        return self.state, self.dead_letters, self.dead_letter, self.requeue, self.discard


def _edge(callee: str, method: str, route: str, purpose: str) -> Edge:
    return Edge(OPERATOR, callee, method, f"/operations{route}", purpose, DEADLINE_SECONDS)


def _consumer_door(app_id: str) -> ConsumerDoor:
    return ConsumerDoor(
        _edge(app_id, "GET", "/consumer", "how far it has come, and how many dead letters of which reason it has"),
        _edge(app_id, "GET", "/dead-letters", "a page of dead letters"),
        _edge(app_id, "GET", "/dead-letters/{letter_id}", "one dead letter with its exact bytes"),
        _edge(app_id, "POST", "/dead-letters/requeue", "handle dead letters again"),
        _edge(app_id, "POST", "/dead-letters/discard", "put dead letters aside, with who and why"),
    )


_KINDS = (ConsumerKind.PROJECTION, ConsumerKind.RECORD)
CONSUMER_DOORS: dict[str, ConsumerDoor] = {
    app_id: _consumer_door(app_id)
    for app_id in sorted({app for topic in TOPICS.values() for app in topic.consumer_ids(*_KINDS)})
}
"""App-id of each consumer → what an operator may ask of it."""

RELAY_DOORS: dict[str, Edge] = {
    app_id: _edge(app_id, "GET", "/relay", "who leads, what is pending and which keys are held")
    for app_id in (TODO_BACKEND.app_id, "notification-service")
}
"""App-id of each owner of a ledger → the route that tells of its relays (todo-backend tells of todo-relay)."""

OPERATOR_EDGES: tuple[Edge, ...] = (
    *(edge for door in CONSUMER_DOORS.values() for edge in door.edges),
    *RELAY_DOORS.values(),
)
