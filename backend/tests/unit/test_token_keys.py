"""A key is changed without refusing anybody: the first of the file signs, each of it is good for checking."""

from __future__ import annotations

import datetime as dt
import itertools
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from todo_backend.accounts.tokens import RefreshPlace, Tokens
from todo_backend.errors import RefreshRefused, TokenInvalid

NOW = dt.datetime(2025, 5, 1, tzinfo=dt.UTC)
ADA = UUID(int=1)
PLACE = RefreshPlace(UUID(int=2), ADA, 7)


def _pem(key: Ed25519PrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


OLD, NEW = _pem(Ed25519PrivateKey.generate()), _pem(Ed25519PrivateKey.generate())


@pytest.fixture
def tokens(tmp_path: Path):
    def make(*keys: bytes) -> Tokens:
        file = tmp_path / uuid4().hex
        file.write_bytes(b"".join(keys))
        return Tokens(file)

    return make


def test_each_step_of_a_rotation_takes_what_the_steps_beside_it_issue(tokens):
    steps = [tokens(OLD), tokens(OLD, NEW), tokens(NEW, OLD), tokens(NEW)]
    for before, after in itertools.pairwise(steps):
        for issuer, checker in ((before, after), (after, before)):
            issued = issuer.access_token(ADA, NOW, PLACE.family)
            assert checker.verify(issued, NOW.timestamp()).user_id == ADA
            assert checker.refresh_place(issuer.refresh_token(PLACE)) == PLACE
            assert issuer.refresh_hashes(PLACE)[0] in checker.refresh_hashes(PLACE)


def test_what_was_signed_by_a_key_that_is_gone_is_refused(tokens):
    before, after = tokens(OLD), tokens(NEW)
    with pytest.raises(TokenInvalid):
        after.verify(before.access_token(ADA, NOW, PLACE.family), NOW.timestamp())
    with pytest.raises(RefreshRefused):
        after.refresh_place(before.refresh_token(PLACE))


def test_every_key_that_is_good_is_published_the_first_first(tokens):
    [old], both = tokens(OLD).jwks["keys"], tokens(NEW, OLD).jwks["keys"]
    assert both[1] == old
    assert len({key["kid"] for key in both}) == 2
    assert all("d" not in key for key in both)


@pytest.mark.parametrize("content", [b"", b"no key", OLD + _pem(ec.generate_private_key(ec.SECP256R1()))])
def test_a_file_without_or_with_another_key_is_named(tokens, content: bytes):
    with pytest.raises(TypeError, match="ACCESS_TOKEN_KEY_FILE"):
        tokens(content)
