"""Keys are changed in the steps of docs/how-to/rotate-keys.md while people work: nobody is refused, at no step."""

from __future__ import annotations

import json
import re
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from jwt.algorithms import OKPAlgorithm
from local_runtime.platform import Platform

from tests import evidence, invariants
from tests.chaos.apart import platform_apart
from tests.chaos.writers import Writers
from tests.people import Person, eventually

APP, SECOND, CALLER = "todo-backend", "todo-backend-1", "recurring-task-service"
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


def _restart(platform: Platform, name: str) -> None:
    platform.kill(name, signal.SIGTERM, restart=False)
    eventually(lambda: platform.states()[name].pid is None, 30)
    platform.revive(name)
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
