"""What an operator may ask of each service, as data: routes of the inner listener, each with its edge.

They are called directly on the inner listener with the app token, never through Dapr: none begins with what Dapr may
invoke, so that a call that came through a sidecar is refused. The caller is `todo-ops`, which is no deployable.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from event_contracts.apps import TODO_BACKEND, TODO_RELAY
from event_contracts.edges import Edge
from event_contracts.topics import ACCOUNT_EVENTS, TOPICS, ConsumerKind

OPERATOR = "todo-ops"
"""The id under which an operator's command line signs its service tokens."""
DEADLINE_SECONDS = 30.0
SWAP_SECONDS = 660.0
"""Longer than the service gives taking over (event_spine.rebuild)."""


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


@dataclass(frozen=True, slots=True)
class RelayDoor:
    """What the owner of a ledger answers about its relays, and what it lets an operator do to them."""

    state: Edge
    held: Edge
    release: Edge
    discard: Edge
    adoption: Edge
    adopt: Edge

    @property
    def edges(self) -> tuple[Edge, ...]:
        """Return all of them."""
        return self.state, self.held, self.release, self.discard, self.adoption, self.adopt


def _relay_door(app_id: str) -> RelayDoor:
    return RelayDoor(
        _edge(app_id, "GET", "/relay", "who leads, what is pending and which keys are held"),
        _edge(app_id, "GET", "/relay/held", "a page of held stream keys and what waits behind each"),
        _edge(app_id, "POST", "/relay/held/release", "try held keys again"),
        _edge(app_id, "POST", "/relay/held/discard", "put the refused events of held keys aside, with who and why"),
        _edge(app_id, "GET", "/relay/adopt", "what adopting a restored or failed-over database would send again"),
        _edge(app_id, "POST", "/relay/adopt", "take up a restored or failed-over database, with who and why"),
    )


RELAY_DOORS: dict[str, RelayDoor] = {
    app_id: _relay_door(app_id) for app_id in (TODO_BACKEND.app_id, "notification-service")
}
"""App-id of each owner of a ledger → what an operator may ask of its relays (todo-backend answers for todo-relay)."""

LEDGER_OWNERS: dict[str, str] = {
    topic.name: TODO_BACKEND.app_id if topic.publisher == TODO_RELAY.app_id else topic.publisher
    for topic in TOPICS.values()
    if topic.ledgered
}
"""Topic → app-id of the owner of the ledger that its events lie in."""

LEDGER_DOORS: dict[str, Edge] = {
    app_id: _edge(app_id, "GET", "/ledger/events", "a page of ledgered events with their exact bytes")
    for app_id in RELAY_DOORS
}
"""App-id of each owner of a ledger → the route that reads it, by topic and time."""

REPLAY_DOORS: dict[str, Edge] = {
    app_id: _edge(app_id, "POST", "/replay", "handle ledgered events again, or tell what that would change")
    for app_id in CONSUMER_DOORS
}
"""App-id of each consumer → the route that takes replayed events."""


@dataclass(frozen=True, slots=True)
class SumDoor:
    """What is compared of numbered events: sums over ranges of ids, and the events of a range without their bytes."""

    sum: Edge
    entries: Edge


AUDIT = "audit-service"
SUM_DOORS: dict[str, SumDoor] = {
    app_id: SumDoor(
        _edge(app_id, "GET", "/events/sum", "count and digest over a range of event ids"),
        _edge(app_id, "GET", "/events", "ids, versions and digests of a range of event ids"),
    )
    for app_id in (*RELAY_DOORS, AUDIT)
}
"""App-id of each owner of a ledger, and of the audit → what they are compared by."""


@dataclass(frozen=True, slots=True)
class RebuildDoor:
    """How a projection is rebuilt beside the live one, step by step."""

    begin: Edge
    fill: Edge
    swap: Edge
    derive: Edge
    end: Edge

    @property
    def edges(self) -> tuple[Edge, ...]:
        """Return all of them."""
        return self.begin, self.fill, self.swap, self.derive, self.end


def _rebuild_door(app_id: str) -> RebuildDoor:
    return RebuildDoor(
        _edge(app_id, "POST", "/rebuild/begin", "empty the tables beside and write heads in both places from now on"),
        _edge(app_id, "POST", "/rebuild/fill", "write a page of the owner's state beside"),
        replace(
            _edge(app_id, "POST", "/rebuild/swap", "take the heads beside over, or tell what would change"),
            deadline_seconds=SWAP_SECONDS,
        ),
        _edge(app_id, "POST", "/rebuild/derive", "derive the work of some heads, or tell how much would change"),
        _edge(app_id, "POST", "/rebuild/end", "write heads in one place again"),
    )


REBUILD_DOORS: dict[str, RebuildDoor] = {
    app_id: _rebuild_door(app_id) for app_id in ACCOUNT_EVENTS.consumer_ids(ConsumerKind.PROJECTION)
}
"""App-id of each service with a projection of tasks, series and accounts → how it is rebuilt."""

READ_SNAPSHOT = _edge(TODO_BACKEND.app_id, "GET", "/snapshot/{kind}", "a page of all accounts, series or tasks")
CHECK_SERIES = _edge(TODO_BACKEND.app_id, "GET", "/series/wrong", "the first series that does not go on as it should")
CHECK_VERSIONS = _edge(AUDIT, "GET", "/versions/wrong", "the first entry that does not follow its task's one before")
COMPARE_TASKS = _edge(AUDIT, "POST", "/tasks/compare", "the first task that is not what its history tells")


@dataclass(frozen=True, slots=True)
class SealDoor:
    """What an operator may ask about the seals over the audit."""

    make: Edge
    verify: Edge


SEAL_DOOR = SealDoor(
    _edge(AUDIT, "POST", "/seals", "seal now what has arrived"),
    _edge(AUDIT, "GET", "/seals/verify", "whether what was sealed is still so, from a seal on"),
)


@dataclass(frozen=True, slots=True)
class PauseDoor:
    """With what an operator pauses the relays of a ledger, and lets them go on."""

    pause: Edge
    resume: Edge


PAUSE_DOORS: dict[str, PauseDoor] = {
    app_id: PauseDoor(
        _edge(app_id, "POST", "/relay/pause", "publish nothing of the ledger for a while"),
        _edge(app_id, "POST", "/relay/resume", "publish the ledger again"),
    )
    for app_id in RELAY_DOORS
}
"""App-id of each owner of a ledger → the doors that pause its relays."""

NOTIFICATIONS = "notification-service"
LIST_DEAD_DELIVERIES = _edge(NOTIFICATIONS, "GET", "/deliveries", "a page of messages that were given up")
REQUEUE_DELIVERIES = _edge(NOTIFICATIONS, "POST", "/deliveries/requeue", "try again what was given up")

OPERATOR_EDGES: tuple[Edge, ...] = (
    *(edge for door in CONSUMER_DOORS.values() for edge in door.edges),
    *(edge for door in RELAY_DOORS.values() for edge in door.edges),
    *LEDGER_DOORS.values(),
    *REPLAY_DOORS.values(),
    *(edge for door in SUM_DOORS.values() for edge in (door.sum, door.entries)),
    *(edge for door in REBUILD_DOORS.values() for edge in door.edges),
    READ_SNAPSHOT,
    CHECK_SERIES,
    CHECK_VERSIONS,
    COMPARE_TASKS,
    LIST_DEAD_DELIVERIES,
    REQUEUE_DELIVERIES,
    SEAL_DOOR.make,
    SEAL_DOOR.verify,
    *(edge for pausing in PAUSE_DOORS.values() for edge in (pausing.pause, pausing.resume)),
)
