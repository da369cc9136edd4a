"""`todo-ops adopt`: what a restored or failed-over database would send again, and with --yes taking it up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from event_contracts.operators import RELAY_DOORS

from todo_ops.errors import FINE, Misused, OperatorError
from todo_ops.services import Services
from todo_ops.terminal import say, say_json, table

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Resend:
    """What is sent again out of the ledger: nothing, or everything from `since` on (None: all that it holds)."""

    resend: bool
    since: str | None = None
    new_broker: bool = False
    """Only the broker is new: the relays know the database, and what its ledger holds is sent again all the same."""

    def document(self) -> Document:
        """Return it as the services are asked."""
        return {"resend": self.resend, **({"since": self.since} if self.since else {})}


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decided, and why."""

    by: str
    why: str | None


def adopt(services: Services, ledgers: Sequence[str], resend: Resend, decision: Decision | None, as_json: bool) -> int:
    """Show what adopting the database would do for each ledger, and do it when it was decided."""
    shown = {
        app: services.ask(RELAY_DOORS[app].adoption, query={k: _text(v) for k, v in resend.document().items()})
        for app in ledgers
    }
    if resend.new_broker:
        _require_known(shown)
    asked_for = [app for app, told in shown.items() if told["stored"] and (told["foreign"] or resend.new_broker)]
    done = {}
    if decision is not None:
        done = {app: _adopt(services, app, shown[app], resend, decision) for app in asked_for}
    if as_json:
        say_json({"ledgers": shown, "adopted": done})
        return FINE
    for app, told in shown.items():
        _show(app, told, resend)
        if app in done:
            say(f"  Adopted. {done[app]['requeued']} events are queued to be sent again. See `todo-ops status`.")
    if decision is None and asked_for:
        say("\nNothing was changed. Say the same with --yes to do it.")
    return FINE


def instant(text: str) -> str:
    """Read an instant with its offset (2030-05-01T06:00:00Z); return it in UTC. Raises ValueError."""
    read = datetime.fromisoformat(text)
    if read.tzinfo is None:
        raise ValueError("it has no offset from UTC")
    return read.astimezone(UTC).isoformat()


def choose(since: str | None, everything: bool, nothing: bool, *, new_broker: bool = False) -> Resend:
    """Return what is to be sent again. Raises Misused unless exactly one was said, and something for a new broker."""
    if (since is not None, everything, nothing).count(True) != 1:
        raise Misused("Say what is to be sent again: --resend-since INSTANT, --resend-all or --resend-nothing.")
    if new_broker and nothing:
        raise Misused(
            "--new-broker with --resend-nothing would do nothing: say --resend-all or --resend-since INSTANT."
        )
    return Resend(not nothing, since, new_broker)


def decide(by: str, why: str | None, resend: Resend) -> Decision:
    """Return the decision. Raises Misused when it has no reason and nothing but the operator's word stands for it."""
    if resend.new_broker and not why:
        raise Misused('Nothing here shows that the broker is new, so the reason is kept: --why "…".')
    return Decision(by, why)


def _require_known(shown: dict[str, Document]) -> None:
    foreign = [app for app, told in shown.items() if told["foreign"] and not told["unfinished"]]
    if foreign:
        raise OperatorError(
            f"Not only the broker is new: the relays of {', '.join(foreign)} do not know this database either. "
            "Nothing was changed. Say the same without --new-broker; it fills an empty broker as well."
        )


def _adopt(services: Services, app: str, told: Document, resend: Resend, decision: Decision) -> Document:
    asked = {
        **resend.document(),
        "stored": told["stored"],
        **({"new_broker": True} if resend.new_broker else {}),
        "found": told["found"],
        "by": decision.by,
        "why": decision.why,
    }
    requeued, after = 0, None
    while True:
        go_on = {"requeued": requeued, **({"after": after} if after else {})}
        part = services.ask(RELAY_DOORS[app].adopt, json={**asked, **go_on})
        requeued += part["requeued"]
        after = part["last"]
        if part["outcome"] != "more":
            return {"requeued": requeued}


def _show(app: str, told: Document, resend: Resend) -> None:
    say(f"Ledger of {app}:")
    if told["stored"] is None or not (told["foreign"] or resend.new_broker):
        say("  Its relays know this database; there is nothing to adopt.")
        return
    if resend.new_broker:
        begun = " A resend was begun and did not come to its end." if told["unfinished"] else ""
        say(f"  Its relays know this database; only the broker is new, you say.{begun}")
    else:
        say(f"  It was relayed on {told['stored']} and is now on {told['found']} (system identifier/timeline).")
    say(f"  {told['pending']} events are pending: they are sent in any case.")
    kept = f"It keeps {told['ledger_days']} days; the oldest event is of {(told['ledger_from'] or 'never')[:19]}."
    if not resend.resend:
        say(f"  Nothing else is sent again. {kept}")
        return
    rows = [("  " + one["topic"], one["count"], one["first_at"][:23], one["last_at"][:23]) for one in told["resent"]]
    total = sum(one["count"] for one in told["resent"])
    say(f"  {total} events of the ledger are sent again, in their order, pending ones among them. {kept}")
    if rows:
        say(table(("  TOPIC", "EVENTS", "FIRST", "LAST"), rows))


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
