"""Service tokens: accepted from the caller of the edge alone, for this app, for a minute, for one user."""

from __future__ import annotations

import time
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import jwt
import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from dapr_edge.errors import TokenRefused
from dapr_edge.service_tokens import HEADER, ServiceTokens, require_service
from event_contracts.edges import READ_HISTORY
from fastapi import Depends, FastAPI
from service_kit.problems import install_problems

CALLER, CALLEE, STRANGER = "todo-backend", "audit-service", "recurring-task-service"


def test_the_callers_token_tells_for_whom_it_acts(keys: dict[str, ServiceTokens]) -> None:
    user = uuid4()
    assert keys[CALLEE].verify(keys[CALLER].mint(CALLEE, user), CALLER) == user


def test_everyone_elses_token_is_refused(keys: dict[str, ServiceTokens]) -> None:
    def forged(**changes: object) -> str:
        now = int(time.time())
        claims = {"sub": CALLER, "aud": CALLEE, "iat": now, "exp": now + 60, **changes}
        return jwt.encode(claims, keys[CALLER]._private_key, algorithm="EdDSA", headers={"kid": CALLER})

    stolen_name = jwt.encode(
        {"sub": CALLER, "aud": CALLEE, "iat": 0, "exp": time.time() + 60},
        keys[STRANGER]._private_key,
        algorithm="EdDSA",
        headers={"kid": CALLER},
    )
    own_key_id = jwt.encode(
        {"sub": CALLER, "aud": CALLEE, "iat": int(time.time()), "exp": int(time.time()) + 60},
        keys[STRANGER]._private_key,
        algorithm="EdDSA",
        headers={"kid": STRANGER},
    )
    refused = {
        "signed by a stranger in the caller's name": own_key_id,
        "none": "",
        "garbage": "a.b.c",
        "another caller": keys[STRANGER].mint(CALLEE, None),
        "another audience": keys[CALLER].mint(STRANGER, None),
        "signed by another key": stolen_name,
        "expired": forged(iat=int(time.time()) - 120, exp=int(time.time()) - 60),
        "too long a life": forged(exp=int(time.time()) + 3600),
        "no expiry": jwt.encode(
            {"sub": CALLER, "aud": CALLEE}, keys[CALLER]._private_key, algorithm="EdDSA", headers={"kid": CALLER}
        ),
        "unsigned": jwt.encode({"sub": CALLER, "aud": CALLEE}, None, algorithm="none", headers={"kid": CALLER}),
    }
    for name, token in refused.items():
        with pytest.raises(TokenRefused):
            pytest.fail(f"{name} was accepted for {keys[CALLEE].verify(token, CALLER)}")


async def test_a_route_answers_only_for_the_user_of_the_token(keys: dict[str, ServiceTokens]) -> None:
    app = FastAPI()
    install_problems(app)

    @app.get(READ_HISTORY.route, dependencies=[Depends(require_service(keys[CALLEE], READ_HISTORY))])
    async def history(user_id: UUID, task_id: UUID) -> str:
        return f"{user_id}/{task_id}"

    user, task = uuid4(), uuid4()
    path = READ_HISTORY.route.format(user_id=user, task_id=task)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://inner") as client:
        allowed = await client.get(path, headers={HEADER: keys[CALLER].mint(CALLEE, user)})
        other = await client.get(path, headers={HEADER: keys[CALLER].mint(CALLEE, uuid4())})
        nobody = await client.get(path, headers={HEADER: keys[CALLER].mint(CALLEE, None)})
        without = await client.get(path)
    assert allowed.status_code == 200
    assert (other.status_code, other.json()["code"]) == (403, "forbidden")
    assert nobody.status_code == 403
    assert (without.status_code, without.json()["code"]) == (401, "service_token_refused")


def test_while_a_callers_key_is_rotated_either_of_its_keys_is_good(keys: dict[str, ServiceTokens], tmp_path: Path):
    """The callee is told of the new key first, then the caller takes it, then the old one is taken away."""
    new = Ed25519PrivateKey.generate()
    (tmp_path / "new.pem").write_bytes(new.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public = orjson.loads((tmp_path / "keys.json").read_bytes())["keys"]
    added = {**jwt.algorithms.OKPAlgorithm.to_jwk(new.public_key(), as_dict=True), "kid": "recurring-task-service"}
    without = [key for key in public if key["kid"] != "recurring-task-service"]
    (tmp_path / "both.json").write_bytes(orjson.dumps({"keys": [*public, added]}))
    (tmp_path / "new.json").write_bytes(orjson.dumps({"keys": [*without, added]}))
    old_caller = keys["recurring-task-service"]
    new_caller = ServiceTokens("recurring-task-service", tmp_path / "new.pem", tmp_path / "both.json")
    both, last = (ServiceTokens("todo-backend", tmp_path / "todo-backend.pem", tmp_path / name)
                  for name in ("both.json", "new.json"))  # fmt: skip
    for caller in (old_caller, new_caller):
        assert both.verify(caller.mint("todo-backend", None), "recurring-task-service") is None
    last.verify(new_caller.mint("todo-backend", None), "recurring-task-service")
    with pytest.raises(TokenRefused):
        last.verify(old_caller.mint("todo-backend", None), "recurring-task-service")
    with pytest.raises(TokenRefused):
        both.verify(keys["audit-service"].mint("todo-backend", None), "recurring-task-service")
