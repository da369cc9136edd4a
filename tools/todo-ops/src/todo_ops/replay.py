"""`todo-ops replay`: events of a ledger into one consumer, through the same handling as deliveries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from event_contracts.identifiers import uuid7
from event_contracts.operators import LEDGER_OWNERS, REPLAY_DOORS
from event_contracts.topics import TOPICS, ConsumerKind

from todo_ops import ledgers
from todo_ops.errors import FINE, WRONG, Misused
from todo_ops.ledgers import Document, Span
from todo_ops.services import Services
from todo_ops.terminal import harmless, say, say_json, table

SHOWN = 20
_KINDS = (ConsumerKind.PROJECTION, ConsumerKind.RECORD)


@dataclass(slots=True)
class Outcome:
    """What a replay did, or would do."""

    events: int = 0
    refused: list[Document] = field(default_factory=list[Document])
    tables: dict[str, Counter[str]] = field(default_factory=dict[str, Counter[str]])
    effects: list[Document] = field(default_factory=list[Document])

    def add(self, events: int, told: Document) -> None:
        """Add what the consumer said of a page."""
        self.events += events
        self.refused += told["refused"]
        self.effects += told.get("effects", [])
        for name, counts in told.get("tables", {}).items():
            self.tables.setdefault(name, Counter()).update(counts)


def replay(services: Services, consumer: str, topic: str, span: Span, by: str, *, dry_run: bool, as_json: bool) -> int:
    """Replay a span of a topic into a consumer; 1 when something was refused, or in a dry run would change or be."""
    _require_reader(consumer, topic)
    span = Span(span.since, span.until or datetime.now(UTC))
    act: Document = {
        "act_id": str(uuid7()),
        "by": by,
        "topic": topic,
        "since": span.since and span.since.isoformat(),
        "until": span.until and span.until.isoformat(),
        "dry_run": dry_run,
    }
    outcome = Outcome()
    for events in ledgers.pages(services, topic, span):
        outcome.add(len(events), services.ask(REPLAY_DOORS[consumer], json={**act, "events": events}))
    if as_json:
        say_json(_document(consumer, act, outcome))
    elif dry_run:
        _show_dry(consumer, outcome)
    else:
        say(f"{outcome.events - len(outcome.refused)} events handled, {len(outcome.refused)} refused.")
        _show_refused(outcome.refused)
    return WRONG if outcome.refused or outcome.effects else FINE


def readers_of(topic: str) -> Sequence[str]:
    """Return the consumers that events of a topic may be replayed into."""
    return TOPICS[topic].consumer_ids(*_KINDS)


def _require_reader(consumer: str, topic: str) -> None:
    if topic not in LEDGER_OWNERS:
        raise Misused(f"{harmless(topic, 80)!r} stands in no ledger: say one of {', '.join(LEDGER_OWNERS)}.")
    if consumer not in readers_of(topic):
        raise Misused(f"{consumer} does not read {topic}: say --to with one of {', '.join(readers_of(topic))}.")


def _document(consumer: str, act: Document, outcome: Outcome) -> dict[str, Any]:
    told = {
        "consumer": consumer,
        **{name: value for name, value in act.items() if name != "act_id"},
        "events": outcome.events,
        "refused": outcome.refused,
    }
    if act["dry_run"]:
        return {**told, "tables": outcome.tables, "effects": outcome.effects}
    return {**told, "act_id": act["act_id"]}


def _show_dry(consumer: str, outcome: Outcome) -> None:
    if not outcome.effects and not outcome.refused:
        say(f"{outcome.events} events would change nothing: {consumer} is up to date.")
        return
    say(f"{len(outcome.effects)} of {outcome.events} events would change something:")
    rows = [(name, counts["inserted"], counts["updated"], counts["deleted"]) for name, counts in outcome.tables.items()]
    say(table(("TABLE", "INSERTED", "UPDATED", "DELETED"), rows))
    shown = [(one["event_id"], one["type"], one["subject"] or "") for one in outcome.effects[:SHOWN]]
    say("\n" + table(("EVENT", "TYPE", "OF"), shown))
    if len(outcome.effects) > SHOWN:
        say(f"… and {len(outcome.effects) - SHOWN} more: --json tells all.")
    _show_refused(outcome.refused)
    say("Nothing was changed.")


def _show_refused(refused: Sequence[Document]) -> None:
    if refused:
        rows = [(one["event_id"] or "", one["reason"], one["detail"]) for one in refused[:SHOWN]]
        say("\n" + table(("REFUSED EVENT", "REASON", "DETAIL"), rows))
