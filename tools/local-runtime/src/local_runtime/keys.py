"""Secrets of one platform on one machine: made once under its folder, readable by their owner only, never committed."""

from __future__ import annotations

import base64
import json
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from event_contracts.apps import APPS
from event_contracts.operators import OPERATOR

from local_runtime import database

SUPERUSER = "superuser"


@dataclass(frozen=True)
class Keys:
    """The folder of keys. Every property makes what is absent and then returns what is there."""

    folder: Path

    def make_all(self, postgres_port: int, postgres_host: str = "127.0.0.1") -> None:
        """Make every key that is absent, and the files that sidecars read."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _ = (
            self.passwords,
            self.session_key,
            self.access_token_key,
            self.seal_key,
            self.channel_keys,
            self.vapid_key,
            self.service_keys,
            self.dapr_tokens,
            self.demo,
        )
        _write(
            self.secret_store,
            json.dumps({"state-store-connection": self._state_store(postgres_host, postgres_port)}, indent=1),
        )

    @property
    def passwords(self) -> dict[str, str]:
        """Passwords of the database: one per role, and the superuser's."""
        file = self.folder / "passwords.json"
        known: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
        absent = {role for role in (SUPERUSER, *database.roles()) if role not in known}
        if absent:
            known |= {role: secrets.token_urlsafe(24) for role in absent}
            _write(file, json.dumps(known, indent=1))
        return known

    @property
    def dapr_tokens(self) -> dict[str, str]:
        """DAPR_API_TOKEN (asked by sidecars) and APP_API_TOKEN (shown by sidecars); the file suits a shell as well."""
        names = ("DAPR_API_TOKEN", "APP_API_TOKEN")
        text = self._text("dapr.env", lambda: "".join(f"{name}={secrets.token_urlsafe(32)}\n" for name in names))
        pairs = (line.split("=", 1) for line in text.splitlines())
        return {pair[0]: pair[1] for pair in pairs}

    @property
    def session_key(self) -> str:
        """What the frontend seals its session cookie with: words of 32 bytes in base64url, of which the first seals."""
        made = self._text("session.key", lambda: base64.urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("="))
        return " ".join(made.split())

    @property
    def access_token_key(self) -> Path:
        """The private key that signs people's access tokens."""
        return self._private_key("access-token.pem")

    @property
    def seal_key(self) -> Path:
        """The private key that signs the seals over the audit."""
        return self._private_key("audit-seals.pem")

    @property
    def channel_keys(self) -> Path:
        """What notification-service seals the secrets of channels with: Fernet keys, one a line."""
        self._text("channels.keys", lambda: Fernet.generate_key().decode() + "\n")
        return self.folder / "channels.keys"

    @property
    def vapid_key(self) -> Path:
        """The private key that tells push services who sends; browsers subscribe with its public half."""
        self._text("vapid.pem", lambda: _pem(ec.generate_private_key(ec.SECP256R1())))
        return self.folder / "vapid.pem"

    @property
    def service_keys(self) -> Path:
        """The public halves of every app's and the operators' key as a JWKS; the key id is the app-id."""
        known = {app_id: self.service_key(app_id) for app_id in (*APPS, OPERATOR)}
        text = json.dumps({"keys": [_public(app_id, file) for app_id, file in known.items()]}, indent=1)
        file = self.folder / "service-keys.json"
        if not file.exists() or file.read_text() != text:
            _write(file, text)
        return file

    def service_key(self, app_id: str) -> Path:
        """The private key with which one app signs its service tokens."""
        return self._private_key(f"service-{app_id}.pem")

    @property
    def demo(self) -> dict[str, str]:
        """The demo account: e-mail and password."""
        password = f"demo-{secrets.token_urlsafe(9)}"
        made = json.dumps({"email": "demo@example.com", "password": password})
        account: dict[str, str] = json.loads(self._text("demo.json", lambda: made))
        return account

    @property
    def secret_store(self) -> Path:
        """What the sidecars' secret store reads."""
        return self.folder / "secrets.json"

    def _state_store(self, host: str, port: int) -> str:
        role = database.STATE_STORE
        where = f"host={host} port={port} dbname={database.DATABASE}"
        return f"{where} user={role} password={self.passwords[role]} sslmode=disable"

    def _private_key(self, name: str) -> Path:
        self._text(name, lambda: _pem(Ed25519PrivateKey.generate()))
        return self.folder / name

    def _text(self, name: str, make: Callable[[], str]) -> str:
        file = self.folder / name
        if not file.exists():
            _write(file, make())
        return file.read_text()


def _pem(key: Ed25519PrivateKey | ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _public(app_id: str, file: Path) -> dict[str, str]:
    key = load_pem_private_key(file.read_bytes(), None)
    raw = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    x = base64.urlsafe_b64encode(raw).decode().rstrip("=")
    return {"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": app_id, "x": x}


def _write(file: Path, text: str) -> None:
    """Write for the owner only, and never half."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = file.with_name(f".{file.name}.{os.getpid()}")
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as sink:
        sink.write(text)
    unfinished.rename(file)
