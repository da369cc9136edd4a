"""Web push against a push endpoint on this machine that reads what it gets as a browser would."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jwt
import pytest
from aiohttp import web
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from local_runtime.keys import Keys
from notification_service.bootstrap import Process, build
from notification_service.sending.web_push import bytes_of, text_of
from notification_service.settings import Settings

from .counterparts import Got, Receiver
from .person import Person, at_the_door
from .story import Owner, Story, records

pytestmark = pytest.mark.integration
AUTH = bytes(range(16))


class Browser:
    """The keys of a subscription, and reading what was encrypted for them (RFC 8188, 8291)."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._point = self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.keys = {"p256dh": text_of(self._point), "auth": text_of(AUTH)}

    def read(self, body: bytes) -> dict[str, Any]:
        salt, sender, sealed = body[:16], body[21 : 21 + body[20]], body[21 + body[20] :]
        shared = self._key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender))
        material = _hkdf(shared, AUTH, b"WebPush: info\0" + self._point + sender, 32)
        key, nonce = (
            _hkdf(material, salt, info, length)
            for info, length in ((b"Content-Encoding: aes128gcm\0", 16), (b"Content-Encoding: nonce\0", 12))
        )
        plain = AESGCM(key).decrypt(nonce, sealed, None)
        assert plain[-1:] == b"\x02"
        return json.loads(plain[:-1])


def _hkdf(material: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(material)


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    file = tmp_path / "vapid.pem"
    file.write_bytes(new_key())
    return settings.model_copy(update={"vapid_key_file": file, "vapid_contact": "mailto:ops@todo.example"})


def new_key() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.fixture
def receiver(receiver: Receiver) -> Receiver:
    receiver.answer = lambda _: web.Response(status=201)
    return receiver


async def subscribe(person: Person, receiver: Receiver, browser: Browser) -> dict[str, Any]:
    return await person.add(kind="web_push", endpoint=receiver.url("/push/secret-id"), keys=browser.keys)


def signed_by(got: Got, receiver: Receiver, key: str) -> dict[str, Any]:
    token, _, public = got.headers["authorization"].removeprefix("vapid t=").partition(",k=")
    assert public == key, "the key that the browser subscribed with"
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), bytes_of(public))
    return jwt.decode(token, point, ["ES256"], audience=receiver.url(""))


async def test_a_browser_reads_what_was_sent_to_it(process: Process, person: Person, receiver: Receiver) -> None:
    browser = Browser()
    channel = await subscribe(person, receiver, browser)
    story = Story(user=person.user)
    await process.consumer.handle(records(story.act("created", title="Grüße 🎉" * 70)))
    await process.deliverer.drain()
    await process.sender.drain()
    [got] = receiver.got
    told = browser.read(got.body)
    assert told["title"].startswith("Grüße 🎉Grüße")
    assert (told["task_id"], told["kind"]) == (str(story.task), "reminder")
    assert len(got.body) <= 4096
    headers = {name: got.headers[name] for name in ("content-encoding", "urgency", "ttl")}
    assert headers == {"content-encoding": "aes128gcm", "urgency": "high", "ttl": "86400"}
    assert len(got.headers["topic"]) == 32
    key = (await person.ask("GET")).json()["push_key"]
    assert signed_by(got, receiver, key)["sub"] == "mailto:ops@todo.example"
    assert "secret-id" not in (await person.ask("GET")).text
    assert [one["state"] for one in await person.log(channel["id"])] == ["sent"]


@pytest.mark.parametrize("status", [404, 410])
async def test_a_retired_push_endpoint_is_taken_away_with_what_waits_for_it(
    process: Process, person: Person, receiver: Receiver, owner: Owner, status: int
) -> None:
    receiver.answer = lambda _: web.Response(status=status)
    await subscribe(person, receiver, Browser())
    await process.consumer.handle(
        records(Story(user=person.user).act("created"), Story(user=person.user).act("created"))
    )
    await process.deliverer.drain()
    await process.sender.drain()
    assert (await person.ask("GET")).json()["items"] == []
    assert owner.execute("SELECT count(*) FROM notifications.deliveries WHERE state = 'queued'").fetchone() == (0,)


async def test_a_busy_push_service_is_asked_again(process: Process, person: Person, receiver: Receiver) -> None:
    receiver.answer = lambda _: web.Response(status=429, headers={"retry-after": "30"})
    channel = await subscribe(person, receiver, Browser())
    await process.consumer.handle(records(Story(user=person.user).act("created")))
    await process.deliverer.drain()
    await process.sender.drain()
    assert [one["state"] for one in await person.log(channel["id"])] == ["failed"]


async def test_a_browser_that_subscribes_again_replaces_itself(person: Person, receiver: Receiver) -> None:
    first = await subscribe(person, receiver, Browser())
    browser = Browser()
    second = await subscribe(person, receiver, browser)
    [left] = (await person.ask("GET")).json()["items"]
    assert (left["id"], first["id"] != second["id"]) == (second["id"], True)
    await person.test(second["id"])
    assert browser.read(receiver.got[0].body)["kind"] == "test"


async def test_a_new_key_leaves_browsers_of_the_old_one_where_they_are(
    person: Person, receiver: Receiver, settings: Settings, keys: Keys
) -> None:
    """A push service takes only what is signed with the key that the browser subscribed with (RFC 8292, 4.2)."""
    file = settings.vapid_key_file
    assert file
    channel = (await subscribe(person, receiver, Browser()))["id"]
    subscribed = (await person.ask("GET")).json()["push_key"]
    receiver.answer = lambda got: web.Response(status=201 if got.headers["authorization"].endswith(subscribed) else 403)
    old, new = file.read_bytes(), new_key()
    for held, outcome, tries in ((new + old, "sent", 2), (new, "failed", 1)):
        file.write_bytes(held)
        receiver.got.clear()
        renewed = build(settings)
        await renewed.pool.open()
        async with at_the_door(renewed, keys, person.user) as same:
            assert (await same.test(channel))["outcome"] == outcome
            assert (await same.ask("GET")).json()["push_key"] != subscribed, "who subscribes now takes the new one"
        await renewed.pool.close()
        assert len(receiver.got) == tries


async def test_keys_of_nobody_and_private_endpoints_are_refused(person: Person, receiver: Receiver) -> None:
    keys = {"p256dh": "A" * 87, "auth": "A" * 22}
    wrong = {"kind": "web_push", "name": "x", "endpoint": receiver.url(), "keys": keys}
    answer = await person.ask("POST", json=wrong)
    assert (answer.status_code, answer.json()["code"]) == (422, "subscription_invalid")
    inside = {**wrong, "endpoint": "https://169.254.169.254/x", "keys": Browser().keys}
    answer = await person.ask("POST", json=inside)
    assert (answer.status_code, answer.json()["code"]) == (422, "address_refused")
