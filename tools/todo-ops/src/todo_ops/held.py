"""`todo-ops held`: list, release and discard. A key is named LEDGER/TOPIC/STREAM_KEY, as the list shows it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from event_contracts.edges import Edge
from event_contracts.operators import RELAY_DOORS, RelayDoor

from todo_ops.errors import FINE, WRONG, Misused
from todo_ops.services import Services
from todo_ops.terminal import age, harmless, say, say_json, table

PAGE = 200
Document = dict[str, Any]


def list_held(services: Services, ledgers: Sequence[str], query: Document, limit: int, as_json: bool) -> int:
    """Show at most `limit` held keys of each ledger."""
    items: list[Document] = []
    more = False
    for app in ledgers:
        found, has_more = _pages(services, app, query, limit)
        items += found
        more = more or has_more
    if as_json:
        say_json({"items": items, "more": more})
        return FINE
    if not items:
        say("No stream key is held.")
        return FINE
    now = datetime.now(UTC)
    rows = [
        (f"{one['ledger']}/{one['topic']}/{one['stream_key']}", age(one["held_at"], now),
         "an operator" if one["operator_only"] else _until(one["not_before"], now),
         one["attempts"], one["waiting"], one["type"] or "", one["size"] or "", one["reason"])
        for one in items
    ]  # fmt: skip
    say(table(("KEY", "HELD FOR", "WAITS FOR", "TRIES", "WAITING", "TYPE", "BYTES", "REASON"), rows))
    if more:
        say(f"\nThere are more than {limit}: say --limit, or choose by --topic, --ledger.")
    return FINE


def release(services: Services, chosen: Document, by: str, as_json: bool) -> int:
    """Let the relay try the chosen keys again; 1 when one of them is not held."""
    return _report(_act(services, lambda door: door.release, chosen, {"by": by}), "released", as_json)


def discard(services: Services, chosen: Document, by: str, why: str, as_json: bool) -> int:
    """Put the refused event of each chosen key aside; 1 when one of them is not held."""
    return _report(_act(services, lambda door: door.discard, chosen, {"by": by, "why": why}), "discarded", as_json)


def choose(keys: Sequence[str], ledgers: Sequence[str], topic: str | None, everything: bool) -> Document:
    """Return {ledger: what is meant of it}, from named keys, from a topic or all. Raises Misused."""
    if (bool(keys), bool(topic), everything).count(True) != 1:
        raise Misused("Say which keys: either some LEDGER/TOPIC/STREAM_KEY, or --topic, or --all.")
    if not keys:
        return {app: [{"topic": topic} if topic else {}] for app in ledgers}
    named: dict[str, list[Document]] = {}
    for app, key in map(parse_key, keys):
        named.setdefault(app, []).append(key)
    return {
        app: [{"keys": found[first : first + PAGE]} for first in range(0, len(found), PAGE)]
        for app, found in named.items()
    }


def parse_key(text: str) -> tuple[str, Document]:
    """Read LEDGER/TOPIC/STREAM_KEY. Raises Misused."""
    app, _, rest = text.partition("/")
    topic, _, key = rest.partition("/")
    if app not in RELAY_DOORS or not topic or not key:
        known = ", ".join(RELAY_DOORS)
        raise Misused(
            f"{harmless(text, 80)!r} names no held key: say LEDGER/TOPIC/STREAM_KEY, where LEDGER is one of {known}."
        )
    return app, {"topic": topic, "stream_key": key}


def _pages(services: Services, app: str, query: Document, limit: int) -> tuple[list[Document], bool]:
    items: list[Document] = []
    after: Document = {}
    while True:
        asked = {**query, **after, "limit": min(PAGE, limit - len(items))}
        page = services.ask(RELAY_DOORS[app].held, query=asked)
        items += [{"ledger": app, **one} for one in page["items"]]
        if not page["more"] or len(items) >= limit:
            return items, bool(page["more"])
        after = {"after_topic": items[-1]["topic"], "after_key": items[-1]["stream_key"]}


def _act(services: Services, edge_of: Callable[[RelayDoor], Edge], chosen: Document, act: Document) -> list[Document]:
    results: list[Document] = []
    for app, parts in chosen.items():
        for part in parts:
            told = services.ask(edge_of(RELAY_DOORS[app]), json={**part, **act})
            results += [{"ledger": app, **one} for one in told["results"]]
    return results


def _report(results: list[Document], wanted: str, as_json: bool) -> int:
    left = [one for one in results if one["outcome"] != wanted]
    if as_json:
        say_json({"results": results})
    else:
        for one in left:
            say(harmless(f"{one['ledger']}/{one['topic']}/{one['stream_key']} is not held."))
        say(f"{len(results) - len(left)} {wanted}, {len(left)} not.")
    return WRONG if left else FINE


def _until(instant: str, now: datetime) -> str:
    seconds = (datetime.fromisoformat(instant) - now).total_seconds()
    return f"its next try in {seconds:.0f} s" if seconds > 0 else "its next try, now"
