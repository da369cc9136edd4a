"""Nobody reads or changes another user's data through any door, and what only Dapr may call answers only to Dapr."""

from __future__ import annotations

import base64
import json
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
from local_runtime.platform import Platform

from tests.people import Person

INNER = ("todo-backend", "recurring-task-service", "notification-service", "audit-service")
EMPTY_BATCH = {"entries": [], "id": "1", "topic": "task-events", "pubsubname": "kafka-pubsub"}


@pytest.fixture
def stranger(base_url: str) -> Person:
    return Person.sign_up(base_url)


def test_another_users_token_opens_no_door(person: Person, stranger: Person) -> None:
    task = person.add_repeating("Mine", "2030-01-01", "FREQ=DAILY")
    flat = person.ask("POST", "lists", 201, json={"name": "Mine"}).json()
    requests: list[tuple[str, str, Any]] = [
        ("GET", "tasks", None),
        ("POST", "tasks", {"title": "Intruder"}),
        ("GET", f"tasks/{task['id']}", None),
        ("PATCH", f"tasks/{task['id']}", {"title": "Taken"}),
        ("DELETE", f"tasks/{task['id']}", None),
        ("POST", f"tasks/{task['id']}/complete", {}),
        ("POST", f"tasks/{task['id']}/reopen", {}),
        ("POST", f"tasks/{task['id']}/restore", {}),
        ("GET", f"tasks/{task['id']}/history", None),
        ("GET", "history", None),
        ("GET", f"history/{uuid4()}/chain", None),
        ("GET", f"tasks/{task['id']}/history/as-of?at=2100-01-01T00:00:00Z", None),
        ("GET", "history/as-of?at=2100-01-01T00:00:00Z", None),
        ("GET", f"series/{task['series_id']}", None),
        ("GET", "series?status=paused", None),
        ("GET", "lists", None),
        ("POST", "lists", {"name": "Intruder"}),
        ("GET", f"lists/{flat['id']}", None),
        ("PATCH", f"lists/{flat['id']}", {"name": "Taken"}),
        ("DELETE", f"lists/{flat['id']}", None),
        ("POST", f"lists/{flat['id']}/restore", {}),
        ("POST", f"undo/{uuid4()}", {}),
        ("GET", "updates", None),
    ]
    for method, rest, body in requests:
        theirs = httpx.request(
            method, f"{person.base_url}/api/{person.user_id}/{rest}", headers=stranger.headers, json=body
        )
        named = any(kind in rest for kind in ("tasks/", "series/", "lists/"))
        own_path = stranger.ask(method, rest, json=body) if named else theirs
        assert theirs.status_code == 403, f"{method} {rest}: {theirs.status_code}"
        assert theirs.json()["code"] == "forbidden"
        assert own_path.status_code in {403, 404}, f"{method} {rest} under the own path: {own_path.status_code}"
    assert person.task(task["id"])["version"] == 1
    assert person.ask("GET", f"lists/{flat['id']}", 200).json() == flat


def test_a_token_that_is_expired_forged_or_missing_is_refused(person: Person) -> None:
    header, payload, signature = person.access_token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    other = base64.urlsafe_b64encode(json.dumps({**claims, "sub": str(uuid4())}).encode()).rstrip(b"=").decode()
    none = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
    for token in ("x", "nonsense", f"{header}.{other}.{signature}", f"{none}.{payload}.", person.refresh_token):
        answer = httpx.get(person.base_url + person.path("tasks"), headers={"authorization": f"Bearer {token}"})
        assert answer.status_code == 401, token
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["code"] in {"unauthenticated", "invalid_token"}


def test_what_only_dapr_may_call_is_not_on_the_open_port(platform: Platform) -> None:
    for app in INNER:
        for method, path in _inner_routes(app):
            answer = httpx.request(method, platform.url(app) + path)
            assert answer.status_code in {404, 405}, f"{app} {method} {path}: {answer.status_code}"
    document = httpx.get(platform.url("todo-backend") + "/openapi.json").json()
    assert not [p for p in document["paths"] if p.startswith(("/internal", "/dapr", "/events", "/broadcast"))]


def test_the_loopback_port_answers_only_to_its_sidecar(platform: Platform) -> None:
    for app in INNER:
        for method, path in _inner_routes(app):
            for headers in ({}, {"dapr-api-token": "guess"}):
                answer = httpx.request(method, platform.inner_url(app) + path, headers=headers)
                assert answer.status_code == 401, f"{app} {method} {path}: {answer.status_code}"


def test_internal_routes_ask_for_a_service_token_even_through_the_sidecar(platform: Platform, person: Person) -> None:
    invoke = platform.sidecar_url("todo-frontend") + "/v1.0/invoke"
    calls = [
        ("GET", f"/audit-service/method/internal/users/{person.user_id}/tasks/{uuid4()}/history"),
        ("GET", f"/audit-service/method/internal/users/{person.user_id}/history"),
        ("POST", f"/todo-backend/method/internal/users/{person.user_id}/series/{uuid4()}/advance"),
    ]
    for method, path in calls:
        for extra in ({}, {"authorization": f"Bearer {person.access_token}"}, {"x-service-token": person.access_token}):
            answer = httpx.request(method, invoke + path, headers={**platform.dapr_headers, **extra}, json={})
            assert answer.status_code == 401, f"{path}: {answer.status_code} {answer.text}"
            assert answer.json()["code"] == "service_token_refused"


def test_event_and_cron_routes_cannot_be_reached_by_invocation(platform: Platform) -> None:
    invoke = platform.sidecar_url("todo-frontend") + "/v1.0/invoke"
    for path in (
        "/audit-service/method/events/bulk",
        "/recurring-task-service/method/recurrence-check",
        "/notification-service/method/reminder-check",
        "/todo-backend/method/broadcast/task-updates",
    ):
        answer = httpx.post(invoke + path, headers=platform.dapr_headers, json=EMPTY_BATCH)
        assert answer.status_code == 403, f"{path}: {answer.status_code} {answer.text}"


def test_a_sidecar_asks_for_its_token(platform: Platform) -> None:
    answer = httpx.post(
        platform.sidecar_url("todo-relay") + "/v1.0/publish/kafka-pubsub/task-events", json={"forged": True}
    )
    assert answer.status_code == 401


def test_only_the_relay_may_publish_task_events(platform: Platform) -> None:
    for app in ("todo-backend", "recurring-task-service", "audit-service", "todo-frontend", "notification-service"):
        answer = httpx.post(
            platform.sidecar_url(app) + "/v1.0/publish/kafka-pubsub/task-events",
            headers=platform.dapr_headers,
            json={"forged": True},
        )
        assert answer.status_code in {403, 404}, f"{app}: {answer.status_code} {answer.text}"


def test_no_role_reads_its_neighbours_tables(platform: Platform, store: Any) -> None:
    schemas = ("tasks", "recurring", "notifications", "audit")
    tables = store.execute(
        "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = ANY(%s) AND c.relkind IN ('r', 'p') AND NOT c.relispartition",
        (list(schemas),),
    ).fetchall()
    assert {schema for schema, _ in tables} == set(schemas)
    for schema in schemas:
        for url in (platform.app_url(schema), platform.owner_url(schema)):
            with psycopg.connect(url, autocommit=True) as role:
                for neighbour, table in tables:
                    if neighbour == schema:
                        continue
                    with pytest.raises(psycopg.errors.InsufficientPrivilege):
                        role.execute(f'SELECT 1 FROM {neighbour}."{table}" LIMIT 1')
        with (
            psycopg.connect(platform.app_url(schema), autocommit=True) as role,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            role.execute(f"CREATE TABLE {schema}.mine (x int)")


def _inner_routes(app: str) -> list[tuple[str, str]]:
    user, other = uuid4(), uuid4()
    return {
        "todo-backend": [
            ("POST", f"/internal/users/{user}/series/{other}/advance"),
            ("GET", "/dapr/subscribe"),
            ("POST", "/broadcast/task-updates"),
        ],
        "recurring-task-service": [("POST", "/events/bulk"), ("POST", "/recurrence-check")],
        "notification-service": [("POST", "/events/bulk"), ("POST", "/reminder-check")],
        "audit-service": [
            ("POST", "/events/bulk"),
            ("GET", f"/internal/users/{user}/tasks/{other}/history"),
            ("GET", f"/internal/users/{user}/history"),
            ("GET", f"/internal/users/{user}/history/{other}/chain"),
            ("GET", f"/internal/users/{user}/tasks/{other}/as-of"),
            ("GET", f"/internal/users/{user}/tasks/as-of"),
        ],
    }[app]
