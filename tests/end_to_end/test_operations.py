"""`todo-ops` as an operator runs it, against the real platform: poison, a handler's failure, and who may ask."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import httpx
import jwt
import pytest
from confluent_kafka import Producer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from dapr_edge.service_tokens import HEADER, ServiceTokens
from event_contracts.operators import CONSUMER_DOORS, OPERATOR, RELAY_DOORS
from local_runtime.platform import Platform

from tests.people import Person, eventually

Ops = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def ops(platform: Platform) -> Ops:
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        where = ["--keys", str(platform.place.keys_folder), "--offset", str(platform.place.offset)]
        command = [sys.executable, "-m", "todo_ops", *words, *where]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)

    return run


def test_poison_is_listed_shown_and_discarded(ops: Ops, brokers: str) -> None:
    poison = f"no event at all {uuid4().hex}\x1b[2J"
    producer = Producer({"bootstrap.servers": brokers})
    producer.produce("task-events", poison.encode(), b"poison")
    assert producer.flush(10) == 0

    letters = {
        consumer: eventually(lambda c=consumer: _newest(ops, c), says=f"{consumer} has a dead letter")
        for consumer in CONSUMER_DOORS
    }
    for letter in letters.values():
        assert (letter["topic"], letter["reason"], letter["size"]) == ("task-events", "not_json", len(poison))
    status = ops("status", "--json")
    assert status.returncode == 1
    assert any("open dead letters not_json of task-events" in one for one in json.loads(status.stdout)["problems"])

    name = f"audit-service/{letters['audit-service']['id']}"
    assert name in ops("dead-letters", "list").stdout
    assert poison.replace("\x1b", "\\x1b") in ops("dead-letters", "show", name).stdout
    assert ops("dead-letters", "show", name, "--raw").stdout == poison
    requeued = ops("dead-letters", "requeue", name)
    assert (requeued.returncode, "not_json" in requeued.stdout) == (1, True)

    names = [f"{consumer}/{letter['id']}" for consumer, letter in letters.items()]
    done = ops("dead-letters", "discard", *names, "--why", "a test's poison", "--by", "ada")
    assert (done.returncode, done.stdout) == (0, "3 discarded, 0 not.\n")
    assert not any(_newest(ops, consumer) for consumer in CONSUMER_DOORS)
    marked = json.loads(ops("dead-letters", "show", name, "--json").stdout)
    assert (marked["state"], marked["settled_by"], marked["settled_why"]) == ("discarded", "ada", "a test's poison")
    assert ops("dead-letters", "discard", name, "--why", "again").returncode == 1


def test_an_event_that_a_defect_refused_has_its_effect_once_when_requeued(ops: Ops, person: Person, store: Any) -> None:
    task = person.add_repeating("Meets a defect", "2030-05-01", "FREQ=WEEKLY")
    heads = "SELECT count(*) FROM recurring.task_heads WHERE user_id = %s"
    eventually(lambda: store.execute(heads, (person.user_id,)).fetchone() == (1,), says="its head is there")
    with _defect(store, person):
        person.complete(task["id"])
        found = eventually(lambda: _newest(ops, "recurring-task-service"), says="the completion is a dead letter")
    assert (found["reason"], "a defect of this test" in found["detail"]) == ("handler_failed", True)
    assert len(person.occurrences(task["series_id"])) == 1

    asked = ("dead-letters", "requeue", "--consumer", "recurring-task-service", "--reason", "handler_failed")
    done = ops(*asked, "--by", "ada")

    assert (done.returncode, done.stdout) == (0, "1 requeued, 0 not.\n"), done.stderr
    eventually(lambda: len(person.occurrences(task["series_id"])) == 2, says="its successor")
    again = ops("dead-letters", "requeue", f"recurring-task-service/{found['id']}")
    assert (again.returncode, "not_open" in again.stdout) == (1, True)
    assert len(person.occurrences(task["series_id"])) == 2


def test_status_tells_of_relays_and_consumers(ops: Ops, platform: Platform) -> None:
    told = json.loads(ops("status", "--json").stdout)

    assert told["relays"]["todo-backend"]["leader"].startswith("todo-relay-")
    assert told["relays"]["notification-service"]["leader"].startswith("notification-service-")
    assert set(told["consumers"]["audit-service"]["topics"]) == {"task-events", "account-events", "reminders"}
    assert {told["apps"][app]["status"] for app in platform.apps} == {"ready"}
    assert "CONSUMER" in ops("status").stdout


def test_a_missing_or_forged_token_is_refused_and_so_is_a_sidecar(platform: Platform) -> None:
    own = ServiceTokens(OPERATOR, platform.keys.service_key(OPERATOR), platform.keys.service_keys)
    other = ServiceTokens("todo-backend", platform.keys.service_key("todo-backend"), platform.keys.service_keys)
    app_token = {"dapr-api-token": platform.keys.dapr_tokens["APP_API_TOKEN"]}
    now = int(dt.datetime.now(dt.UTC).timestamp())
    for edge in (*(door.state for door in CONSUMER_DOORS.values()), *(door.state for door in RELAY_DOORS.values())):
        url = platform.inner_url(edge.callee) + edge.route
        good = own.mint(edge.callee, None)
        claims = {"sub": OPERATOR, "aud": edge.callee, "iat": now, "exp": now + 60}
        forged = jwt.encode(claims, Ed25519PrivateKey.generate(), algorithm="EdDSA", headers={"kid": OPERATOR})
        for token in (forged, other.mint(edge.callee, None), own.mint("todo-frontend", None), ""):
            assert httpx.get(url, headers={**app_token, HEADER: token}).status_code == 401
        assert httpx.get(url, headers={HEADER: good}).status_code == 401
        assert httpx.get(url, headers={**app_token, HEADER: good}).status_code == 200
        sidecar = f"{platform.sidecar_url('todo-relay')}/v1.0/invoke/{edge.callee}/method{edge.route}"
        assert httpx.get(sidecar, headers={**platform.dapr_headers, HEADER: good}).status_code == 403
        assert httpx.get(platform.url(edge.callee) + edge.route).status_code == 404


def _newest(ops: Ops, consumer: str) -> dict[str, Any] | None:
    listed = ops("dead-letters", "list", "--consumer", consumer, "--limit", "1", "--json")
    assert listed.returncode == 0, listed.stderr
    items = json.loads(listed.stdout)["items"]
    return items[0] if items else None


@contextmanager
def _defect(store: Any, person: Person) -> Iterator[None]:
    """While it lasts, recurring-task-service cannot write that a task of this person is closed."""
    store.execute(
        "CREATE FUNCTION recurring.defect() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN IF NEW.user_id = '{person.user_id}' AND NEW.status <> 'open' THEN"
        " RAISE EXCEPTION 'a defect of this test'; END IF; RETURN NEW; END $$"
    )
    store.execute(
        "CREATE TRIGGER defect BEFORE INSERT OR UPDATE ON recurring.task_heads"
        " FOR EACH ROW EXECUTE FUNCTION recurring.defect()"
    )
    try:
        yield
    finally:
        store.execute("DROP TRIGGER defect ON recurring.task_heads")
        store.execute("DROP FUNCTION recurring.defect")
