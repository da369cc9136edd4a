"""A real mail server for the tests: STARTTLS or TLS with a certificate of its own, a password, and faults."""

from __future__ import annotations

import asyncio
import datetime as dt
import email
import email.policy
import ipaddress
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from local_runtime import ports

USER, PASSWORD = "sender", "correct horse"


@dataclass(slots=True)
class MailServer:
    """What it got, and what it does: `refuses` maps a mailbox to an answer, `stalls` one that is never answered."""

    port: int
    certificate: Path
    got: list[tuple[str, EmailMessage]] = field(default_factory=list[tuple[str, EmailMessage]])
    refuses: dict[str, str] = field(default_factory=dict[str, str])
    stalls: set[str] = field(default_factory=set[str])
    secure: list[bool] = field(default_factory=list[bool])
    released: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        if self.stalls & set(envelope.rcpt_tos):
            await self.released.wait()
        self.secure.append(session.ssl is not None or server.transport.get_extra_info("sslcontext") is not None)
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.got += [(address, message) for address in envelope.rcpt_tos]
        return "250 Queued"


@asynccontextmanager
async def mail_server(folder: Path, security: str) -> AsyncIterator[MailServer]:
    """A mail server that runs as long as the block: `starttls` or `tls`."""
    certificate, key = certify(folder)
    state = MailServer(ports.any_free(), certificate)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    def authenticate(_s: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        right = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=right)

    def serve() -> SMTP:
        return SMTP(
            state,
            tls_context=context if security == "starttls" else None,
            require_starttls=security == "starttls",
            auth_required=True,
            auth_require_tls=security == "starttls",
            authenticator=authenticate,
        )

    server = await asyncio.get_running_loop().create_server(
        serve, "127.0.0.1", state.port, ssl=context if security == "tls" else None
    )
    try:
        yield state
    finally:
        state.released.set()
        server.close()


def certify(folder: Path) -> tuple[Path, Path]:
    """Make a certificate for this machine, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail of the test")])
    now = dt.datetime.now(dt.UTC)
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1")), x509.DNSName("localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, private = folder / "mail.crt", folder / "mail.key"
    certificate.write_bytes(made.public_bytes(Encoding.PEM))
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return certificate, private
