"""Records that nobody honest writes, for any topic: each with what a consumer that keeps dead letters makes of it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import orjson
from event_contracts.catalog import CATALOG, PROBED
from event_contracts.identifiers import uuid7
from event_contracts.topics import Topic
from local_runtime.layout import CLONE

IGNORED = "ignored"
"""No dead letter: a projection passes over it, the audit keeps it."""
SETTLED = "settled"
"""Whatever becomes of it, it must not come again for ever."""
_EXAMPLES = CLONE / "packages/event-contracts/examples"


@dataclass(frozen=True)
class Hostile:
    """`write` makes the record for a topic (None: a tombstone); `becomes` is a reason, IGNORED or SETTLED."""

    name: str
    write: Callable[[Topic], bytes | None]
    becomes: str
    at_the_audit: str | None = None
    """Where the audit differs from the others."""

    def expected_of(self, app_id: str) -> str:
        return self.at_the_audit if self.at_the_audit and app_id == "audit-service" else self.becomes


def unknown(topic: Topic, **fields: Any) -> dict[str, Any]:
    """A proper event of a type that nobody knows yet."""
    event = probe(topic)
    return event | {"type": "todo.thing.imagined.v1", "data": {"anything": "at all"}} | fields


def probe(topic: Topic, **data: Any) -> dict[str, Any]:
    """A canary, which every consumer knows and which changes nothing."""
    now = datetime.now(UTC).isoformat()
    return {
        "specversion": "1.0",
        "id": str(uuid7()),
        "source": topic.publisher,
        "type": PROBED,
        "subject": str(uuid4()),
        "time": now,
        "datacontenttype": "application/json",
        "data": {
            "event_type": "platform_probed",
            "occurred_at": now,
            "actor": {"kind": "service", "id": topic.publisher, "door": "internal"},
            "version": 1,
            "topic": topic.name,
            **data,
        },
    }


def known(topic: Topic, **data: Any) -> dict[str, Any]:
    """A published event of the topic's own kind about a stranger, with some of its data changed."""
    document = next(
        found
        for found in (orjson.loads(file.read_bytes()) for file in sorted(Path(_EXAMPLES).glob("*.json")))
        if found["type"] in CATALOG and CATALOG[found["type"]].topic == topic
    )
    return document | {"id": str(uuid7()), "data": document["data"] | data}


def _json(make: Callable[[Topic], dict[str, Any]]) -> Callable[[Topic], bytes]:
    return lambda topic: orjson.dumps(make(topic))


def _like(topic: Topic, **data: Any) -> dict[str, Any]:
    return known(topic, **data) if topic.ledgered else probe(topic, **data)


def _id_of_year(year: int) -> str:
    milliseconds = int(datetime(year, 1, 1, tzinfo=UTC).timestamp() * 1000)
    return str(UUID(int=(milliseconds << 80) | (7 << 76) | (2 << 62) | secrets.randbits(60)))


RECORDS = (
    Hostile("a tombstone", lambda _: None, "not_cloudevent"),
    Hostile("nothing", lambda _: b"", SETTLED),
    Hostile("no text", lambda _: b"\xff\xfe\x00\x01", "not_json"),
    Hostile("half a record", lambda topic: orjson.dumps(probe(topic))[:200], "not_json"),
    Hostile("nested too deeply", lambda _: b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "not_json"),
    Hostile("a list", lambda _: b'[{"id": 1}]', "not_cloudevent"),
    Hostile("no id", _json(lambda t: {k: v for k, v in probe(t).items() if k != "id"}), "not_cloudevent"),
    Hostile("an id that is none", _json(lambda t: probe(t) | {"id": "../../etc/passwd"}), "not_cloudevent"),
    Hostile("another specification", _json(lambda t: probe(t) | {"specversion": "99"}), SETTLED),
    Hostile("wrong data", _json(lambda t: _like(t, version="'; DROP TABLE audit.entries; --")), "invalid_data"),
    Hostile("no data", _json(lambda t: probe(t) | {"data": None}), "not_cloudevent"),
    Hostile("a field with a NUL in its name", _json(lambda t: _like(t, changes={"a\x00b": 5})), "invalid_data"),
    Hostile("a number beyond every column", _json(lambda t: _like(t, version=2**64 - 1)), SETTLED),
    Hostile("a text with a NUL", _json(lambda t: _like(t, title="a\x00b", reason="\x00")), SETTLED),
    Hostile("an actor of 20 kB", _json(lambda t: _like(t, actor={"kind": "user", "id": secrets.token_hex(10_000),
                                                               "door": "rest"})), SETTLED),
    Hostile("900 kB", _json(lambda t: unknown(t, data={"x": "y" * 900_000})), IGNORED),
    Hostile("ancient", _json(lambda t: unknown(t, id=_id_of_year(2001), time="2001-01-01T00:00:00Z")), IGNORED,
            "out_of_range"),
    Hostile("from the year 3000", _json(lambda t: unknown(t, id=_id_of_year(3000), time="3000-01-01T00:00:00Z")),
            IGNORED, "out_of_range"),
    Hostile("at the ends of time", _json(lambda t: unknown(t, time="0001-01-01T00:00:00+14:00")), SETTLED),
    Hostile("a later version", _json(lambda t: known(t) | {"type": known(t)["type"].replace(".v1", ".v2"),
                                                           "data": {"shape": ["of", "tomorrow"]}}
                                     if t.ledgered else unknown(t)), SETTLED),
    Hostile("fields of tomorrow", _json(lambda t: probe(t, tomorrow={"a": [1]}) | {"newattribute": "x"}), IGNORED),
)  # fmt: skip
