"""Keys of three apps, as the launcher makes them."""

from __future__ import annotations

from pathlib import Path

import jwt
import orjson
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from dapr_edge.service_tokens import ServiceTokens

APP_IDS = ("todo-backend", "audit-service", "recurring-task-service")


@pytest.fixture
def keys(tmp_path: Path) -> dict[str, ServiceTokens]:
    jwks = []
    for app_id in APP_IDS:
        key = Ed25519PrivateKey.generate()
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        (tmp_path / f"{app_id}.pem").write_bytes(pem)
        jwks.append({**jwt.algorithms.OKPAlgorithm.to_jwk(key.public_key(), as_dict=True), "kid": app_id})
    (tmp_path / "keys.json").write_bytes(orjson.dumps({"keys": jwks}))
    return {a: ServiceTokens(a, tmp_path / f"{a}.pem", tmp_path / "keys.json") for a in APP_IDS}
