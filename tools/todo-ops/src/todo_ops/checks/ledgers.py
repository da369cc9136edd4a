"""I1: the audit has exactly the events of each ledger, by id, version and digest.

Ranges of ids are ranges of time. Counts and digests of both sides are compared, at most BATCH events at once; where
they differ the range is halved until it is small enough to be read, and the first difference is named.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from event_contracts.identifiers import first_id_of, instant_of
from event_contracts.operators import AUDIT, LEDGER_OWNERS, RELAY_DOORS, SUM_DOORS

from todo_ops.checks.check import Check, Finding, Terms
from todo_ops.ledgers import Span
from todo_ops.services import Services

BATCH = 20_000
READ = 500
"""So many events of a range are read and compared one by one."""
Document = dict[str, Any]


def checks() -> list[Check]:
    """Return one check per ledgered topic."""
    return [
        Check(f"I1 {topic}", f"the audit has what the ledger of {owner} has, and nothing else", "events",
              lambda services, terms, topic=topic, owner=owner: compare(services, terms, topic, owner))
        for topic, owner in LEDGER_OWNERS.items()
    ]  # fmt: skip


def compare(services: Services, terms: Terms, topic: str, owner: str) -> Finding:
    """Compare a ledger's events of a topic with the audit's, from the ledger's first day to what is settled."""
    sides = _Sides(services, topic, owner)
    until = _settled(services, terms, owner)
    first = sides.sum(owner, Span(terms.span.since, until).after, first_id_of(until), 1)
    if first["last"] is None:
        return Finding(0, sides.surplus(Span(terms.span.since, until)))
    after = max(Span(terms.span.since, None).after.int, _day_of(UUID(first["last"])).int - 1)
    at, looked_at = UUID(int=after), 0
    while True:
        ledger = sides.sum(owner, at, first_id_of(until), BATCH)
        full = ledger["count"] == BATCH
        end = UUID(int=UUID(ledger["last"]).int + 1) if full else first_id_of(until)
        looked_at += ledger["count"]
        audit = sides.sum(AUDIT, at, end, ledger["count"] + 1)
        for app, told in ((owner, ledger), (AUDIT, audit)):
            if told["damaged"] is not None:
                return Finding(looked_at, f"the bytes of {told['damaged']} in {app} are not those of its digest")
        if (ledger["count"], ledger["digest"]) != (audit["count"], audit["digest"]):
            return Finding(looked_at, sides.first_difference(at, end))
        if not full:
            return Finding(looked_at)
        at = UUID(int=end.int - 1)


class _Sides:
    """A ledger and the audit, asked about one topic."""

    def __init__(self, services: Services, topic: str, owner: str) -> None:
        self._services = services
        self._topic = topic
        self._owner = owner

    def sum(self, app: str, after: UUID, until: UUID, limit: int) -> Document:
        return self._services.ask(SUM_DOORS[app].sum, query=self._query(after, until, limit))

    def surplus(self, span: Span) -> str | None:
        """Say what the audit has of a span in which the ledger has nothing; None where it begins."""
        found = self._entries(AUDIT, span.after, span.before, 1) if span.since is not None else {}
        return next((self._only_in(AUDIT, one) for one in found.values()), None)

    def first_difference(self, after: UUID, until: UUID) -> str | None:
        """Name the first event in which the two differ, halving the range until it can be read."""
        while True:
            counts = [self.sum(app, after, until, BATCH + 1)["count"] for app in (self._owner, AUDIT)]
            if max(counts) <= READ or until.int - after.int <= 2:
                return self._named(after, until)
            middle = UUID(int=(after.int + until.int) // 2)
            left = [self.sum(app, after, middle, BATCH + 1) for app in (self._owner, AUDIT)]
            if (left[0]["count"], left[0]["digest"]) != (left[1]["count"], left[1]["digest"]):
                until = middle
            else:
                after = UUID(int=middle.int - 1)

    def _named(self, after: UUID, until: UUID) -> str | None:
        ledger = self._entries(self._owner, after, until, 2 * READ)
        audit = self._entries(AUDIT, after, until, 2 * READ)
        for event_id in sorted(ledger.keys() | audit.keys()):
            ours, theirs = ledger.get(event_id), audit.get(event_id)
            if theirs is None and ours is not None:
                return self._only_in(self._owner, ours)
            if ours is None and theirs is not None:
                return self._only_in(AUDIT, theirs)
            for name in ("version", "digest") if ours and theirs else ():
                if ours and theirs and ours[name] != theirs[name]:
                    return f"{_of(ours)}: its {name} is {ours[name]} in {self._owner} and {theirs[name]} in {AUDIT}"
        return None

    def _only_in(self, app: str, one: Document) -> str:
        missing = "the audit" if app != AUDIT else f"the ledger of {self._owner}"
        return f"{_of(one)} is in {app}, but not in {missing}"

    def _entries(self, app: str, after: UUID, until: UUID, limit: int) -> dict[str, Document]:
        told = self._services.ask(SUM_DOORS[app].entries, query=self._query(after, until, limit))
        return {one["event_id"]: one for one in told["items"]}

    def _query(self, after: UUID, until: UUID, limit: int) -> Document:
        return {"topic": self._topic, "after": str(after), "until": str(until), "limit": limit}


def _settled(services: Services, terms: Terms, owner: str) -> datetime:
    """Return until when events have had their time: some seconds ago, and before the oldest that is still pending."""
    until = min(terms.span.until or terms.now, terms.now - timedelta(seconds=terms.grace_seconds))
    pending = services.ask(RELAY_DOORS[owner].state)["oldest_at"]
    return until if pending is None else min(until, datetime.fromisoformat(pending))


def _day_of(event_id: UUID) -> UUID:
    return first_id_of(instant_of(event_id).replace(hour=0, minute=0, second=0, microsecond=0))


def _of(one: Document) -> str:
    return f"{one['event_id']} ({one['type']}, version {one['version']} of {one['aggregate_id']})"
