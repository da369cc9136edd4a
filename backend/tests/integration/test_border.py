"""The border: what is no valid request is refused with a stable code, and nobody opens another's door."""

# ruff: noqa: E501 - the table of cases has one case per line

from __future__ import annotations

import json
import time
from typing import Any
from uuid import uuid4

import httpx
import jwt
import pytest
from actors import Database, Person
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi.routing import APIRoute
from local_runtime.keys import Keys
from todo_backend.bootstrap import Backend
from todo_backend.openapi import FILE, document

pytestmark = pytest.mark.integration
DUE = {"date": "2030-01-01"}

BODIES: list[tuple[str, bytes | dict[str, Any], int, str]] = [
    ("malformed", b'{"title": ', 400, "malformed_json"),
    ("not text", b"\xff\xfe\x00", 400, "malformed_json"),
    ("nested deeply", b"[" * 100_000, 400, "malformed_json"),
    ("a list", b"[]", 422, "invalid"),
    ("nothing", b"", 422, "invalid"),
    ("wrong type", {"title": 5}, 422, "invalid"),
    ("null", {"title": None}, 422, "invalid"),
    ("unknown", {"title": "x", "colour": "red"}, 422, "unknown_field"),
    ("unknown inside", {"title": "x", "due": {**DUE, "colour": 1}}, 422, "unknown_field"),
    ("status", {"title": "x", "status": "done"}, 422, "unknown_field"),
    ("blank", {"title": "  "}, 422, "invalid"),
    ("long", {"title": "x" * 501}, 422, "invalid"),
    ("NUL", {"title": "a\x00b"}, 422, "invalid"),
    ("NUL in a tag", {"title": "x", "tags": ["a\x00b"]}, 422, "invalid"),
    ("lone surrogate", b'{"title": "\\ud800"}', 422, "invalid"),
    ("lone surrogate in notes", b'{"title": "x", "notes": "\\udfff"}', 422, "invalid"),
    ("a number as a date", {"title": "x", "due": {"date": 5}}, 422, "invalid"),
    ("the year 10000", {"title": "x", "due": {"date": "10000-01-01"}}, 422, "invalid"),
    ("the year 9999", {"title": "x", "due": {"date": "9999-12-31"}}, 422, "invalid"),
    ("the year 1", {"title": "x", "start_date": "0001-01-01"}, 422, "invalid"),
    ("an offset in a wall time", {"title": "x", "due": {**DUE, "time": "10:00Z"}}, 422, "invalid"),
    ("unknown zone", {"title": "x", "due": {**DUE, "time_zone": "Mars/Base"}}, 422, "invalid"),
    ("a path as a zone", {"title": "x", "due": {**DUE, "time_zone": "../../etc/passwd"}}, 422, "invalid"),
    ("infinity", b'{"title": "x", "position": Infinity}', 422, "invalid"),
    ("a naive instant", {"title": "x", "reminders": [{"at": "2030-01-01T10:00:00"}]}, 422, "invalid"),
    ("a far instant", {"title": "x", "reminders": [{"at": "9999-12-31T23:59:59-14:00"}]}, 422, "invalid"),
    ("two kinds of reminder", {"title": "x", "reminders": [{"at": "2030-01-01T10:00:00Z", "minutes_before": 1}]}, 422, "invalid"),
    ("a list that is not there", {"title": "x", "list_id": str(uuid4())}, 422, "list_not_found"),
    ("a rule without a due", {"title": "x", "recurrence": {"rrule": "FREQ=DAILY"}}, 422, "recurrence_needs_due"),
    ("a rule of nonsense", {"title": "x", "due": DUE, "recurrence": {"rrule": "FREQ=SOMETIMES"}}, 422, "rule_frequency_unsupported"),
    ("a rule too long", {"title": "x", "due": DUE, "recurrence": {"rrule": "FREQ=DAILY;" * 50}}, 422, "rule_too_long"),
    ("30 February", {"title": "x", "due": DUE, "recurrence": {"rrule": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"}}, 422, "rule_date_impossible"),
    ("exdates of nonsense", {"title": "x", "due": DUE, "recurrence": {"rrule": "FREQ=DAILY", "exdates": ["soon"]}}, 422, "wall_time_malformed"),
    ("2 MB", {"title": "x", "notes": "n" * 2_000_000}, 413, "body_too_large"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "status", "code"), [c[1:] for c in BODIES], ids=[c[0] for c in BODIES])
async def test_a_bad_body_is_refused_and_changes_nothing(
    ada: Person, database: Database, body: Any, status: int, code: str
):
    content = body if isinstance(body, bytes) else json.dumps(body)
    headers = {**ada.bearer, "content-type": "application/json"}
    answer = await ada.api.post(f"{ada.path}/tasks", content=content, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert database.rows("SELECT count(*) AS n FROM tasks.tasks") == [{"n": 0}]
    assert [e["type"] for e in database.events()] == ["todo.user.created.v1"]


async def test_unknown_paths_and_methods_are_problems(ada: Person):
    for method, path, status, code in (
        ("GET", "/nothing", 404, "not_found"),
        ("PUT", "/tasks", 405, "method_not_allowed"),
        ("GET", f"/tasks/{uuid4()}", 404, "task_not_found"),
        ("GET", f"/series/{uuid4()}", 404, "series_not_found"),
        ("GET", "/tasks/1", 422, "invalid"),
    ):
        answer = await ada.call(method, path)
        assert (answer.status_code, answer.json()["code"]) == (status, code)


def _claims(**changes: Any) -> dict[str, Any]:
    now = int(time.time())
    base = {"iss": "todo-backend", "aud": "todo-platform", "sub": str(uuid4()), "iat": now, "exp": now + 600}
    return {k: v for k, v in {**base, **changes}.items() if v is not None}


async def test_a_token_that_is_not_ours_opens_nothing(ada: Person, backend: Backend, keys: Keys):
    access = keys.access_token_key.read_bytes()
    key_id = backend.services.tokens.jwks["keys"][0]["kid"]
    past = int(time.time()) - 1
    tokens = {
        "none": "",
        "nonsense": "a.b.c",
        "another key": jwt.encode(_claims(sub=ada.id), Ed25519PrivateKey.generate(), "EdDSA", {"kid": key_id}),
        "no key id": jwt.encode(_claims(sub=ada.id), access, "EdDSA"),
        "algorithm none": jwt.encode(_claims(sub=ada.id), None, "none", {"kid": key_id}),
        "expired": jwt.encode(_claims(sub=ada.id, exp=past), access, "EdDSA", {"kid": key_id}),
        "another audience": jwt.encode(_claims(sub=ada.id, aud="audit-service"), access, "EdDSA", {"kid": key_id}),
        "another issuer": jwt.encode(_claims(sub=ada.id, iss="elsewhere"), access, "EdDSA", {"kid": key_id}),
        "no expiry": jwt.encode(_claims(sub=ada.id, exp=None), access, "EdDSA", {"kid": key_id}),
        "no subject": jwt.encode(_claims(sub=None), access, "EdDSA", {"kid": key_id}),
        "a refresh token": ada.session["refresh_token"],
    }
    for name, token in tokens.items():
        answer = await ada.api.get(f"{ada.path}/tasks", headers={"authorization": f"Bearer {token}"})
        assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token"), name
        assert answer.headers["www-authenticate"].startswith("Bearer")
    assert (await ada.api.get(f"{ada.path}/tasks")).status_code == 401
    published = (await ada.api.get("/.well-known/jwks.json")).json()["keys"][0]
    key = jwt.PyJWK.from_dict(published, algorithm="EdDSA")
    assert jwt.decode(ada.session["access_token"], key, ["EdDSA"], audience="todo-platform")["sub"] == ada.id


QUERIES = {"as-of": "?at=2030-01-01T00:00:00Z", "days": "?from=2030-01-01&to=2030-01-02"}
"""What the routes that end so cannot be asked without."""


async def test_no_route_under_a_user_opens_with_anothers_token(ada: Person, bob: Person, backend: Backend):
    task = await ada.create(due=DUE, recurrence={"rrule": "FREQ=DAILY"})
    values = {"user_id": ada.id, "task_id": task["id"], "series_id": task["series_id"]}
    values |= {"handle": str(uuid4()), "notification_id": str(uuid4())}
    values |= {"channel_id": str(uuid4()), "delivery_id": str(uuid4())}
    values |= {"reminder_id": str(uuid4()), "list_id": str(uuid4()), "token_id": str(uuid4())}
    values |= {"conversation_id": "c1", "event_id": str(uuid4()), "country": "DE"}
    tried = 0
    for path, operations in backend.open_app.openapi()["paths"].items():
        if "{user_id}" not in path:
            continue
        template = path + QUERIES.get(path.rpartition("/")[2], "")
        for method in operations:
            tried += 1
            for user in (ada.id, str(uuid4()), "nobody"):
                url = template.format(**{**values, "user_id": user})
                answer = await ada.api.request(method, url, headers=bob.bearer, json=_body_of(path, method))
                assert (answer.status_code, answer.json()["code"]) == (403, "forbidden"), f"{method} {url}"
            under_own = template.format(**{**values, "user_id": bob.id})
            if "{task_id}" in path or "{series_id}" in path:
                answer = await bob.api.request(method, under_own, headers=bob.bearer, json=_body_of(path, method))
                assert answer.status_code == 404, f"{method} {under_own}: {answer.text}"
    assert tried >= 13
    assert (await ada.read(task))["version"] == 1


def _body_of(path: str, method: str) -> Any:
    if method in ("get", "delete"):
        return None
    if path.endswith("/preview"):
        return {"rrule": "FREQ=DAILY", "start": {"date": "2030-01-01", "time_zone": "UTC"}}
    if path.endswith("/read-all"):
        return {"up_to": 5}
    if path.endswith("/channels"):
        return {"kind": "webhook", "name": "Mine", "url": "https://example.org/"}
    if path.endswith("/postpone"):
        return {"date": "2030-01-01"}
    return {"title": "Intruder"} if path.endswith(("/tasks", "{task_id}")) else {}


async def test_the_open_listener_has_nothing_that_only_dapr_may_call(api: httpx.AsyncClient, backend: Backend):
    user, series = uuid4(), uuid4()
    for method, path in (
        ("POST", f"/internal/users/{user}/series/{series}/advance"),
        ("POST", f"/internal/users/{user}/series/{series}/resume"),
        ("GET", "/dapr/subscribe"),
        ("GET", "/dapr/config"),
        ("POST", "/broadcast/task-updates"),
    ):
        assert (await api.request(method, path)).status_code == 404
    assert not [
        p for p in backend.open_app.openapi()["paths"] if p.startswith(("/internal", "/dapr", "/events", "/broadcast"))
    ]


async def test_the_inner_listener_answers_only_to_its_sidecar(backend: Backend, inner: httpx.AsyncClient, ada: Person):
    transport = httpx.ASGITransport(backend.inner_app)
    async with httpx.AsyncClient(transport=transport, base_url="http://inner") as stranger:
        for path in ("/dapr/subscribe", f"{ada.path}/tasks", "/metrics"):
            assert (await stranger.get(path, headers=ada.bearer)).status_code == 401
    assert (await inner.get(f"{ada.path}/tasks", headers=ada.bearer)).status_code == 200
    subscriptions = (await inner.get("/dapr/subscribe")).json()
    assert {s["topic"] for s in subscriptions} == {"task-updates", "reminders"}
    assert {s["pubsubname"] for s in subscriptions} == {"kafka-broadcast"}
    assert [s["topic"] for s in subscriptions if s.get("bulkSubscribe", {}).get("enabled")] == ["reminders"]


async def test_health_and_metrics_are_open(api: httpx.AsyncClient):
    assert (await api.get("/health/live")).status_code == 200
    ready = await api.get("/health/ready")
    assert (ready.status_code, ready.json()["checks"]["database"]) == (200, "ok")
    assert "http_server_request_duration_seconds" in (await api.get("/metrics")).text


def test_openapi_json_is_what_the_code_says():
    assert FILE.read_bytes() == document(), "run: python -m todo_backend.openapi"


async def test_no_token_and_no_text_of_a_person_is_logged(ada: Person, caplog: pytest.LogCaptureFixture):
    caplog.set_level("DEBUG")
    await ada.create("a very private title")
    await ada.call("POST", "/tasks", {"title": "another private title", "colour": 1})
    text = "\n".join(r.getMessage() + str(r.__dict__) for r in caplog.records if not r.name.startswith("httpcore"))
    assert "private title" not in text
    assert ada.session["access_token"] not in text


def test_every_route_is_documented(backend: Backend):
    for route in backend.open_app.routes:
        if isinstance(route, APIRoute) and route.include_in_schema:
            assert route.description, route.path
