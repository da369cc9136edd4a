"""What is sent to a browser is what RFC 8291's own example says, to the byte."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any, cast

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from notification_service.sending.content import Content
from notification_service.sending.posting import Answered
from notification_service.sending.web_push import Vapid, bytes_of, encrypted, require_keys, send

P256DH = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
NOW = dt.datetime.now(dt.UTC)


def test_the_example_of_rfc_8291() -> None:
    key = ec.derive_private_key(
        int.from_bytes(bytes_of("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), "big"), ec.SECP256R1()
    )
    made = encrypted(
        b"When I grow up, I want to be a watermelon", P256DH, AUTH, key=key, salt=bytes_of("DGv6ra1nlYgDCS1FRnbzlw")
    )
    assert made == bytes_of(
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A"
        "_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


async def test_the_longest_title_fits() -> None:
    content = Content(key="k" * 200, kind="reminder", title="🎉" * 1000, remind_at=NOW, fired_at=NOW, due_at=NOW)
    sent: list[bytes] = []

    class Poster:
        async def post(self, _url: str, _headers: object, body: bytes, _seconds: float) -> Answered:
            sent.append(body)
            return Answered(201, None, "")

    vapid = Vapid(ec.generate_private_key(ec.SECP256R1()), "mailto:ops@todo.example")
    secret = {"endpoint": "https://push.example/x", "p256dh": P256DH, "auth": AUTH}
    await send(cast("Any", Poster()), vapid, content, secret, NOW, 1.0)
    assert len(sent[0]) <= 4096


def test_each_message_has_its_own_key_and_salt() -> None:
    assert encrypted(b"x", P256DH, AUTH)[:86] != encrypted(b"x", P256DH, AUTH)[:86]


@pytest.mark.parametrize(("p256dh", "auth"), [(P256DH[:-4], AUTH), (P256DH, AUTH[:-4]), ("A" * 87, AUTH), ("é", AUTH)])
def test_keys_that_are_none_are_seen(p256dh: str, auth: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - libraries say it in different words
        require_keys(p256dh, auth)


def test_a_file_without_keys_or_with_others_is_refused(tmp_path: Path) -> None:
    (tmp_path / "none.pem").write_text("")
    other = ed25519.Ed25519PrivateKey.generate()
    (tmp_path / "other.pem").write_bytes(other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    for name, said in (("none", "holds no key"), ("other", "no P-256 key")):
        with pytest.raises(ValueError, match=said):
            Vapid.from_file(tmp_path / f"{name}.pem", "mailto:ops@todo.example")


def test_the_signature_is_for_the_origin_of_the_push_service() -> None:
    vapid = Vapid(ec.generate_private_key(ec.SECP256R1()), "mailto:ops@todo.example")
    now = dt.datetime.now(dt.UTC)
    [signed] = vapid.authorizations("https://push.example:8443/secret/path", now)
    token = signed.removeprefix("vapid t=").split(",")[0]
    claims = jwt.decode(token, vapid.key.public_key(), ["ES256"], audience="https://push.example:8443")
    assert claims["sub"] == "mailto:ops@todo.example"
    assert claims["exp"] <= (now + dt.timedelta(hours=24)).timestamp(), "push services refuse more than a day"
