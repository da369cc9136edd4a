"""The door for operators: what each consumer mounts, here with the audit's own consumer behind it."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import jwt
import psycopg
import pytest
from audit_service.bootstrap import Process
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from dapr_edge.service_tokens import ServiceTokens
from event_contracts.identifiers import first_id_of, uuid7
from event_contracts.operators import CONSUMER_DOORS, OPERATOR
from local_runtime.keys import Keys

from .conftest import records, task_event

pytestmark = pytest.mark.integration
DOOR = CONSUMER_DOORS["audit-service"]


@pytest.fixture
def operator(keys: Keys) -> Callable[[], dict[str, str]]:
    tokens = ServiceTokens(OPERATOR, keys.service_key(OPERATOR), keys.service_keys)
    return lambda: {"x-service-token": tokens.mint("audit-service", None)}


async def _ask(inner: httpx.AsyncClient, path: str, headers: dict[str, str], **query: Any) -> dict[str, Any]:
    answer = await inner.get(path, params=query, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_state_pages_and_bytes(process: Process, inner: httpx.AsyncClient, operator: Any, owner: Any) -> None:
    good = task_event(uuid7(), uuid7(), 1)
    await process.consumer.handle(records(good, b"\xff 1", b"{}", b"\xff 3"))

    state = await _ask(inner, DOOR.state.route, operator())
    assert state["topics"]["task-events"]["last_event_id"]
    assert [(c["topic"], c["reason"], c["state"], c["count"]) for c in state["dead_letters"]] == [
        ("task-events", "not_cloudevent", "open", 1),
        ("task-events", "not_json", "open", 2),
    ]
    first = await _ask(inner, DOOR.dead_letters.route, operator(), limit=2)
    rest = await _ask(inner, DOOR.dead_letters.route, operator(), limit=2, cursor=first["next_cursor"])
    assert [(one["offset"], one["reason"]) for one in (*first["items"], *rest["items"])] == [
        (3, "not_json"),
        (2, "not_cloudevent"),
        (1, "not_json"),
    ]
    assert rest["next_cursor"] is None
    by_reason = await _ask(inner, DOOR.dead_letters.route, operator(), reason="not_cloudevent")
    assert [one["offset"] for one in by_reason["items"]] == [2]
    shown = await _ask(inner, DOOR.dead_letter.route.format(letter_id=rest["items"][0]["id"]), operator())
    assert base64.b64decode(shown["raw_base64"]) == b"\xff 1"
    missing = await inner.get(DOOR.dead_letter.route.format(letter_id=10**9), headers=operator())
    assert (missing.status_code, missing.json()["code"]) == (404, "dead_letter_not_found")


async def test_requeue_by_reason_and_discard_by_id(
    process: Process, inner: httpx.AsyncClient, operator: Any, owner: psycopg.Connection[Any]
) -> None:
    long_ago = first_id_of(datetime.now(UTC) - timedelta(days=50))
    event_id = UUID(int=long_ago.int | 7 << 76 | 2 << 62)
    await process.consumer.handle(records(task_event(uuid7(), uuid7(), 1, event_id=event_id), b"not json"))
    assert owner.execute("SELECT count(*) FROM audit.entries").fetchone() == (0,)
    body = {"reason": "out_of_range", "by": "ada"}

    stays = (await inner.post(DOOR.requeue.route, json=body, headers=operator())).json()
    assert [(one["outcome"], one["reason"]) for one in stays["results"]] == [("failed", "out_of_range")]

    owner.execute("SELECT audit.make_partitions_of('entries', 60, 0), audit.make_partitions_of('payloads', 60, 0)")
    try:
        done = (await inner.post(DOOR.requeue.route, json=body, headers=operator())).json()
        assert [one["outcome"] for one in done["results"]] == ["requeued"]
        assert done["next_after"] is None
        assert owner.execute("SELECT event_id FROM audit.entries").fetchall() == [(event_id,)]
    finally:
        owner.execute(
            "SELECT audit.drop_partitions_of('entries', 41, NULL), audit.drop_partitions_of('payloads', 41, NULL)"
        )

    [poison] = (await _ask(inner, DOOR.dead_letters.route, operator()))["items"]
    put_aside = {"ids": [poison["id"]], "by": "ada", "why": "noise"}
    answer = (await inner.post(DOOR.discard.route, json=put_aside, headers=operator())).json()
    assert [one["outcome"] for one in answer["results"]] == ["discarded"]
    settled = await _ask(inner, DOOR.dead_letters.route, operator(), state="any")
    assert [(one["state"], one["settled_by"], one["settled_why"]) for one in settled["items"]] == [
        ("requeued", "ada", None),
        ("discarded", "ada", "noise"),
    ]


@pytest.mark.parametrize("body", [{"by": "ada"}, {"ids": [1], "reason": "not_json", "by": "ada"}, {"ids": [1]}])
async def test_it_must_be_said_which_are_meant_and_by_whom(
    inner: httpx.AsyncClient, operator: Any, body: dict[str, Any]
) -> None:
    assert (await inner.post(DOOR.requeue.route, json=body, headers=operator())).status_code == 422


@pytest.mark.parametrize("edge", DOOR.edges, ids=lambda edge: f"{edge.method} {edge.route}")
async def test_only_an_operators_own_token_opens_it(
    inner: httpx.AsyncClient, backend_token: Any, operator: Any, edge: Any
) -> None:
    path, body = edge.route.format(letter_id=1), {"ids": [1], "by": "eve", "why": "x"}
    now = int(datetime.now(UTC).timestamp())
    claims = {"sub": OPERATOR, "aud": "audit-service", "iat": now, "exp": now + 60}
    forged = jwt.encode(claims, Ed25519PrivateKey.generate(), algorithm="EdDSA", headers={"kid": OPERATOR})
    for headers in ({}, backend_token(None), {"x-service-token": forged}):
        answer = await inner.request(edge.method, path, json=body, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (401, "service_token_refused")
    bare = await inner.request(edge.method, path, json=body, headers={**operator(), "dapr-api-token": "wrong"})
    assert (bare.status_code, bare.json()["code"]) == (401, "app_token_required")
    through_dapr = await inner.request(
        edge.method, path, json=body, headers={**operator(), "dapr-caller-app-id": "todo-backend"}
    )
    assert (through_dapr.status_code, through_dapr.json()["code"]) == (403, "not_invocable")
