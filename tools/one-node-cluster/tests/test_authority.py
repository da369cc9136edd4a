"""Certificates of a cluster: who is who, and who may read the keys."""

from __future__ import annotations

import datetime as dt
import ipaddress
from pathlib import Path

import yaml
from cryptography import x509
from cryptography.x509.oid import NameOID
from one_node_cluster.authority import Authority, Identity

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


def test_what_is_issued_is_the_authoritys_and_names_its_user_group_and_hosts(tmp_path: Path) -> None:
    Authority(tmp_path, NOW).issue("node", Identity("system:node:here", "system:nodes"), "here", "192.0.2.1")
    authority, issued = (_certificate(tmp_path / file) for file in ("ca.crt", "node.crt"))
    issued.verify_directly_issued_by(authority)
    assert issued.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value == "system:node:here"
    assert issued.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)[0].value == "system:nodes"
    names = issued.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["here"]
    assert names.get_values_for_type(x509.IPAddress) == [ipaddress.ip_address("192.0.2.1")]
    assert issued.not_valid_before_utc < NOW < issued.not_valid_after_utc <= NOW + dt.timedelta(days=7)


def test_a_kubeconfig_and_every_key_are_their_owners_alone(tmp_path: Path) -> None:
    authority = Authority(tmp_path, NOW)
    authority.service_account_keys()
    file = authority.kubeconfig("admin", Identity("admin", "system:masters"), "https://192.0.2.1:26443")
    said = yaml.safe_load(file.read_text())
    assert said["clusters"][0]["cluster"]["server"] == "https://192.0.2.1:26443"
    for secret in ("admin.yaml", "admin.key", "sa.key"):
        assert (tmp_path / secret).stat().st_mode & 0o077 == 0, secret


def _certificate(file: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(file.read_bytes())
