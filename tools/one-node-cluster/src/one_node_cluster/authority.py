"""The certificates of a cluster and who presents them: one authority, made anew for each cluster, valid for a week."""

from __future__ import annotations

import base64
import datetime as dt
import ipaddress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_VALID: Final = dt.timedelta(days=7)
_SERVER: Final = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH])
_CLIENT: Final = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH])


@dataclass(frozen=True)
class Identity:
    """A client of the API server: its user name and its group, as RBAC knows them."""

    name: str
    group: str | None = None


class Authority:
    """Writes NAME.crt and NAME.key files into `folder`, and kubeconfigs that hold theirs."""

    def __init__(self, folder: Path, now: dt.datetime) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self._now = folder, now
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "one-node-cluster")])
        certificate = self._builder(self._name, self._key.public_key())
        certificate = certificate.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        self._certificate = certificate.sign(self._key, hashes.SHA256())
        (folder / "ca.crt").write_bytes(_pem(self._certificate))

    def service_account_keys(self) -> None:
        """Write the pair that signs and checks tokens of service accounts: sa.key and sa.pub."""
        key = rsa.generate_private_key(65537, 2048)
        _write_secret(self.folder / "sa.key", _key_pem(key))
        public = serialization.PublicFormat.SubjectPublicKeyInfo
        (self.folder / "sa.pub").write_bytes(key.public_key().public_bytes(serialization.Encoding.PEM, public))

    def issue(self, file: str, identity: Identity, *names: str) -> None:
        """Write FILE.crt and FILE.key for a client, which with host names or addresses is a server as well."""
        key = ec.generate_private_key(ec.SECP256R1())
        attributes = [x509.NameAttribute(NameOID.COMMON_NAME, identity.name)]
        if identity.group:
            attributes.insert(0, x509.NameAttribute(NameOID.ORGANIZATION_NAME, identity.group))
        builder = self._builder(x509.Name(attributes), key.public_key())
        builder = builder.add_extension(_SERVER if names else _CLIENT, critical=False)
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName([_general(name) for name in names]), False)
        (self.folder / f"{file}.crt").write_bytes(_pem(builder.sign(self._key, hashes.SHA256())))
        _write_secret(self.folder / f"{file}.key", _key_pem(key))

    def kubeconfig(self, file: str, identity: Identity, server: str) -> Path:
        """Write a kubeconfig FILE.yaml with which `identity` talks to the API server at `server`."""
        self.issue(file, identity)
        said = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [
                {
                    "name": "here",
                    "cluster": {"server": server, "certificate-authority-data": self._encoded("ca.crt")},
                }
            ],
            "users": [
                {
                    "name": identity.name,
                    "user": {
                        "client-certificate-data": self._encoded(f"{file}.crt"),
                        "client-key-data": self._encoded(f"{file}.key"),
                    },
                }
            ],
            "contexts": [{"name": "here", "context": {"cluster": "here", "user": identity.name}}],
            "current-context": "here",
        }
        written = self.folder / f"{file}.yaml"
        _write_secret(written, yaml.safe_dump(said).encode())
        return written

    def _encoded(self, file: str) -> str:
        return base64.b64encode((self.folder / file).read_bytes()).decode()

    def _builder(self, subject: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(self._now - dt.timedelta(hours=1))
            .not_valid_after(self._now + _VALID)
        )


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _key_pem(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> bytes:
    none = serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, none)


def _write_secret(file: Path, content: bytes) -> None:
    file.touch(mode=0o600)
    file.write_bytes(content)
