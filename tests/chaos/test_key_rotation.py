"""Keys are changed in the steps of docs/how-to/rotate-keys.md while people work: nobody is refused, at no step."""

from __future__ import annotations

import base64
import json
import os
import re
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import jwt
import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from jwt.algorithms import OKPAlgorithm
from local_runtime.layout import CLONE
from local_runtime.platform import Platform

from tests import evidence, invariants
from tests.chaos.apart import platform_apart
from tests.chaos.writers import Writers
from tests.people import Person, eventually

APP, SECOND, CALLER = "todo-backend", "todo-backend-1", "recurring-task-service"
RELAY, PAGE = "todo-relay", "todo-frontend"
pytestmark = [pytest.mark.platform, pytest.mark.long, pytest.mark.timeout(1800)]


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    """One of its own, with two replicas of the backend: its keys are changed."""
    with contextmanager(platform_apart)() as running:
        running.start_replica(APP)
        yield running


def test_the_key_of_access_tokens_is_changed(platform: Platform) -> None:
    file, new = platform.keys.access_token_key, _new_key()[0]
    old = file.read_bytes()
    early = Person.sign_up(platform.url(APP))
    with _working(platform) as (first, second):
        for step in (old + new, new + old):
            file.write_bytes(step)
            _restart_each(platform, first, second)
            _anywhere(platform, early, "GET", "/api/me")
        [signs, still_good] = httpx.get(f"{platform.url(APP)}/.well-known/jwks.json").json()["keys"]
        early.refresh()
        assert jwt.get_unverified_header(early.access_token)["kid"] == signs["kid"] != still_good["kid"]
        _anywhere(platform, early, "GET", "/api/me")
    file.write_bytes(new)
    for name in (APP, SECOND):
        _restart(platform, name)
    _anywhere(platform, early, "GET", "/api/me")
    assert len(httpx.get(f"{platform.url(APP)}/.well-known/jwks.json").json()["keys"]) == 1


def test_the_key_of_a_service_is_changed(platform: Platform, store: Any, brokers: str) -> None:
    public, private = platform.keys.service_keys, platform.keys.service_key(CALLER)
    new, half = _new_key()
    before = json.loads(public.read_text())["keys"]
    without = [key for key in before if key["kid"] != CALLER]
    with _working(platform) as (first, second):
        public.write_text(json.dumps({"keys": [*before, half]}))
        _restart_each(platform, first, second)
        private.write_bytes(new)
        _restart(platform, CALLER)
        public.write_text(json.dumps({"keys": [*without, half]}))
        _restart_each(platform, first, second)
    eventually(lambda: invariants.settled(store), 90)
    assert _refused(platform) == 0
    assert invariants.i2_every_series_goes_on_once(store) == []
    assert invariants.i1_every_change_is_audited_once(store, brokers) == []
    assert evidence.dead_letters(store) == []


def test_the_key_of_sessions_is_changed(platform: Platform) -> None:
    old, new = platform.keys.session_key, base64.urlsafe_b64encode(os.urandom(32)).decode().rstrip("=")
    with _signed_up_at_the_page(platform) as early:
        for step in (f"{old} {new}", f"{new} {old}"):
            _restart(platform, PAGE, SESSION_KEY=step)
            assert early.get("/api/me").status_code == 200
        with _signed_up_at_the_page(platform) as late:
            _restart(platform, PAGE, SESSION_KEY=new)
            assert [browser.get("/api/me").status_code for browser in (late, early)] == [200, 401]
    _restart(platform, PAGE)


def test_the_passwords_of_the_database_are_changed(platform: Platform, store: Any, brokers: str) -> None:
    before, second, third = platform.keys.passwords["tasks_app"], os.urandom(16).hex(), os.urandom(16).hex()
    [made] = re.findall(r"```sql\n(.*?)```", (CLONE / "docs/how-to/rotate-keys.md").read_text(), re.DOTALL)
    store.execute(made.replace("NEW", second))
    speaker = Person.sign_up(platform.url(APP))
    with _working(platform) as staff:
        _talk(platform, speaker)
        _sign_in(platform, staff, "tasks_app_b", "dapr_state_b", second)
        _talk(platform, speaker)
        assert [_sessions(store, role) for role in ("tasks_app", "dapr_state")] == [0, 0]
        for role in ("tasks_app", "dapr_state"):
            store.execute(f"ALTER ROLE {role} PASSWORD '{third}'")
        _sign_in(platform, staff, "tasks_app", "dapr_state", third)
        store.execute("DROP ROLE tasks_app_b, dapr_state_b")
        _talk(platform, speaker)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(_login(platform, "tasks_app", before))
    eventually(lambda: invariants.settled(store), 90)
    assert invariants.i1_every_change_is_audited_once(store, brokers) == []


def _sign_in(platform: Platform, staff: tuple[_Staff, _Staff], role: str, of_state: str, password: str) -> None:
    """Start whatever works with the schema of tasks or the state store anew, one by one, with these logins."""
    url, file = _login(platform, role, password), platform.keys.secret_store
    file.write_text(re.sub(r"user=\S+ password=\S+", f"user={of_state} password={password}", file.read_text()))
    for name, people in zip((APP, SECOND), staff, strict=True):
        people.leave()
        _restart(platform, name, DATABASE_URL=url)
        _restart(platform, f"{name}-daprd")
        people.come()
    _restart(platform, RELAY, DATABASE_URL=url)


def _login(platform: Platform, role: str, password: str) -> str:
    told = urlsplit(platform.states()[APP].spec.env["DATABASE_URL"])
    return told._replace(netloc=f"{role}:{password}@{told.hostname}:{told.port}").geturl()


def _talk(platform: Platform, person: Person) -> None:
    """Say something in a conversation at each replica: it is kept in the state store."""
    for replica in (0, 1):
        message = {"id": uuid4().hex, "role": "user", "parts": [{"type": "text", "text": "what is due today?"}]}
        there = platform.url(APP, replica) + f"/api/{person.user_id}/chat"
        answer = httpx.post(there, headers=person.headers, json={"id": "one", "messages": [message]}, timeout=20)
        assert answer.status_code == 200, answer.text


def _sessions(store: Any, role: str) -> int:
    return store.execute("SELECT count(*) FROM pg_stat_activity WHERE usename = %s", (role,)).fetchone()[0]


@contextmanager
def _signed_up_at_the_page(platform: Platform) -> Iterator[httpx.Client]:
    origin = platform.url(PAGE)
    who = {"email": f"{uuid4().hex}@example.com", "password": "a long enough password", "name": "A person"}
    with httpx.Client(base_url=origin, headers={"origin": origin}, timeout=20, trust_env=False) as browser:
        entered = browser.post("/session", json={"act": "sign-up", **who, "time_zone": "Europe/Berlin"})
        assert entered.status_code == 201, entered.text
        yield browser


@contextmanager
def _working(platform: Platform) -> Iterator[tuple[_Staff, _Staff]]:
    """People at each of the two replicas."""
    with ExitStack() as stack:
        staff = [_Staff(platform.url(APP, replica)) for replica in (0, 1)]
        for one in staff:
            stack.callback(one.leave)
            one.come()
        yield staff[0], staff[1]
        for one in staff:
            one.leave()


class _Staff:
    """People who work at one replica, and can be sent home while it starts anew."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._writers: Writers | None = None

    def come(self) -> None:
        self._writers = Writers(self._url, count=2, pace=0.3)
        self._writers.__enter__()
        eventually(lambda: self._writers and len(self._writers.acknowledged()) > 20, 60, "people work")

    def leave(self) -> None:
        writers, self._writers = self._writers, None
        if writers is not None:
            writers.stop()
            assert (writers.failures, writers.repeated) == ([], [])


def _restart_each(platform: Platform, first: _Staff, second: _Staff) -> None:
    for name, staff in ((APP, first), (SECOND, second)):
        staff.leave()
        _restart(platform, name)
        staff.come()


def _restart(platform: Platform, name: str, **environment: str) -> None:
    platform.kill(name, signal.SIGTERM, restart=False)
    eventually(lambda: platform.states()[name].pid is None, 30)
    platform.revive(name, **environment)
    platform.wait_healthy([name], 60)


def _anywhere(platform: Platform, person: Person, method: str, path: str) -> None:
    """Whichever replica is asked, the token is good."""
    for replica in (0, 1):
        answer = httpx.request(method, platform.url(APP, replica) + path, headers=person.headers, timeout=10)
        assert answer.status_code == 200, answer.text


def _new_key() -> tuple[bytes, dict[str, Any]]:
    """Return a private key in PEM, and its public half as the caller's in a JWKS."""
    key = Ed25519PrivateKey.generate()
    half = {**OKPAlgorithm.to_jwk(key.public_key(), as_dict=True), "kid": CALLER, "alg": "EdDSA", "use": "sig"}
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), half


def _refused(platform: Platform) -> int:
    """How many calls of services were refused, by all replicas since their last start."""
    text = "".join(httpx.get(f"{platform.url(APP, replica)}/metrics", timeout=5).text for replica in (0, 1))
    found = re.findall(r'^http_server_refused_requests_total{.*"service_token_refused".*} (\S+)$', text, re.MULTILINE)
    return int(sum(map(float, found)))
