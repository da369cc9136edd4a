"""`todo-ops dead-letters`: list, show, requeue and discard. A letter is named CONSUMER/ID, as the list shows it."""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Callable, Sequence
from typing import Any

from event_contracts.edges import Edge
from event_contracts.operators import CONSUMER_DOORS, ConsumerDoor

from todo_ops.errors import FINE, WRONG, Misused
from todo_ops.services import Services
from todo_ops.terminal import harmless, say, say_json, table

PAGE = 200
Document = dict[str, Any]
EdgeOf = Callable[[ConsumerDoor], Edge]


def list_letters(services: Services, consumers: Sequence[str], query: Document, limit: int, as_json: bool) -> int:
    """Show the newest `limit` letters that match, of all the consumers together."""
    items: list[Document] = []
    more = False
    for app in consumers:
        found, has_more = _pages(services, app, query, limit)
        items += found
        more = more or has_more
    items.sort(key=lambda one: one["recorded_at"], reverse=True)
    more = more or len(items) > limit
    items = items[:limit]
    if as_json:
        say_json({"items": items, "more": more})
        return FINE
    if not items:
        say("There are no such dead letters.")
        return FINE
    rows = [
        (f"{one['consumer']}/{one['id']}", one["recorded_at"][:19], one["state"], one["reason"],
         f"{one['topic']}/{one['partition']}/{one['offset']}", one["attempts"], one["detail"])
        for one in items
    ]  # fmt: skip
    say(table(("LETTER", "CAME AT", "STATE", "REASON", "TOPIC/PARTITION/OFFSET", "TRIES", "DETAIL"), rows))
    if more:
        say(f"\nThere are more than {limit}: say --limit, or choose by --reason, --topic, --consumer.")
    return FINE


def show_letter(services: Services, letter: str, as_json: bool, raw: bool) -> int:
    """Show one letter with what stood in the record; `raw` writes its exact bytes and nothing else."""
    app, number = parse_letter(letter)
    told = {"consumer": app, **services.ask(CONSUMER_DOORS[app].dead_letter, {"letter_id": number})}
    body = base64.b64decode(told["raw_base64"])
    if raw:
        sys.stdout.buffer.write(body)
        return FINE
    if as_json:
        say_json(told)
        return FINE
    shown = {name: value for name, value in told.items() if name != "raw_base64" and value is not None}
    say("\n".join(f"{name:<12} {harmless(str(value))}" for name, value in shown.items()))
    say(f"\n{readable(body)}")
    return FINE


def requeue(services: Services, chosen: Document, by: str, as_json: bool) -> int:
    """Handle the chosen letters again; 1 unless every one was handled."""
    results = _settle(services, lambda door: door.requeue, chosen, {"by": by})
    return _report(results, "requeued", as_json)


def discard(services: Services, chosen: Document, by: str, why: str, as_json: bool) -> int:
    """Put the chosen letters aside; 1 unless every one was."""
    results = _settle(services, lambda door: door.discard, chosen, {"by": by, "why": why})
    return _report(results, "discarded", as_json)


def parse_letter(text: str) -> tuple[str, int]:
    """Read CONSUMER/ID. Raises Misused."""
    app, _, number = text.partition("/")
    if app not in CONSUMER_DOORS or not (number.isascii() and number.isdigit()) or len(number) > 18:
        known = ", ".join(CONSUMER_DOORS)
        raise Misused(f"{harmless(text, 80)!r} names no letter: say CONSUMER/ID, where CONSUMER is one of {known}.")
    return app, int(number)


def choose(letters: Sequence[str], consumers: Sequence[str], reason: str | None, topic: str | None) -> Document:
    """Return {consumer: what is meant of it}, from named letters or from reason and topic. Raises Misused."""
    if bool(letters) == bool(reason or topic):
        raise Misused("Say which letters: either some CONSUMER/ID, or --reason or --topic.")
    if not letters:
        wanted = {name: value for name, value in (("reason", reason), ("topic", topic)) if value}
        return {app: dict(wanted) for app in consumers}
    chosen: Document = {}
    for app, number in map(parse_letter, letters):
        chosen.setdefault(app, {"ids": []})["ids"].append(number)
    return chosen


def readable(body: bytes) -> str:
    """Return a record as a person reads it: JSON indented, other text as it is, bytes as hexadecimal."""
    try:
        return json.dumps(json.loads(body), indent=2)
    except (ValueError, RecursionError):
        pass
    try:
        return "\n".join(harmless(line) for line in body.decode().split("\n"))
    except UnicodeDecodeError:
        return body.hex(" ")


def _pages(services: Services, app: str, query: Document, limit: int) -> tuple[list[Document], bool]:
    items: list[Document] = []
    cursor: int | None = None
    while True:
        asked = {**query, "limit": min(PAGE, limit - len(items)), **({"cursor": cursor} if cursor is not None else {})}
        page = services.ask(CONSUMER_DOORS[app].dead_letters, query=asked)
        items += [{"consumer": app, **one} for one in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None or len(items) >= limit:
            return items, cursor is not None


def _settle(services: Services, edge_of: EdgeOf, chosen: Document, act: Document) -> list[Document]:
    results: list[Document] = []
    for app, meant in chosen.items():
        for part in _parts(meant):
            after: int | None = 0
            while after is not None:
                told = services.ask(edge_of(CONSUMER_DOORS[app]), json={**part, **act, "after": after})
                results += [{"consumer": app, **one} for one in told["results"]]
                after = told["next_after"]
    return results


def _parts(meant: Document) -> list[Document]:
    ids: list[int] | None = meant.get("ids")
    if ids is None:
        return [meant]
    ids = sorted(set(ids))
    return [{"ids": ids[first : first + PAGE]} for first in range(0, len(ids), PAGE)]


def _report(results: list[Document], wanted: str, as_json: bool) -> int:
    left = [one for one in results if one["outcome"] != wanted]
    if as_json:
        say_json({"results": results})
    else:
        if left:
            rows = [(f"{one['consumer']}/{one['id']}", one["outcome"], one["reason"] or "", one["detail"] or "")
                    for one in left]  # fmt: skip
            say(table(("LETTER", "OUTCOME", "REASON", "DETAIL"), rows) + "\n")
        say(f"{len(results) - len(left)} {wanted}, {len(left)} not.")
    return WRONG if left else FINE
