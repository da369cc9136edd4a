"""Every object of every environment is one that each supported version of Kubernetes knows, field by field."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.deploy import chart, manifests

pytestmark = pytest.mark.step2
ACME = ("exposure.certificate.acme.enabled=true", "exposure.certificate.acme.email=operations@todo.example")
OPTIONS = {
    "ingress": ("prod", "exposure.kind=ingress", "exposure.ingress.className=nginx", *ACME),
    "gateway-of-others": ("prod", "exposure.gateway.create=false", "exposure.gateway.namespace=gateways", *ACME),
    "scram": ("prod", "kafka.flavour=redpanda", "namespace.create=true"),
    "native-sidecar": ("dev", "sidecar.native=true", "secrets.source=external"),
    "alert-mail": ("prod", *chart.MAIL),
    "without": ("dev", "keda.enabled=false", "networkPolicies.enabled=false", "accessControl.enabled=false"),
}

SPOILT = (
    ("readinessProbe:", "readynessProbe:"),  # Kubernetes
    ("averageUtilization: 70", "averageUtilization: much"),
    ("bootstrapServers:", "x: [1]\n        bootstrapServers:"),  # KEDA
    ("defaultAction: deny", "defaultActions: deny"),  # Dapr
    ("certificateRefs:", "certificateReferences:"),  # Gateway API
    ("issuerRef:", "issuer:"),  # cert-manager
    ("secretStoreRef:", "storeRef:"),  # External Secrets
    ("podMetricsEndpoints:", "endpoints:"),  # Prometheus operator
    ("inhibitRules:", "inhibitions:"),
)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("renders")
    renders = {name: chart.text(name) for name in chart.DEPLOYED}
    renders |= {name: chart.text(*arguments) for name, arguments in OPTIONS.items()}
    for name, content in renders.items():
        (folder / f"{name}.yaml").write_text(content)
    return sorted(folder.iterdir())


@pytest.mark.parametrize("version", manifests.VERSIONS)
def test_every_render_fits_the_strict_schemas(version: str, files: list[Path]) -> None:
    objects, wrong = manifests.violations(files, version)
    assert wrong == {}
    assert objects > 60 * len(files)


def test_a_field_that_no_server_knows_is_seen(tmp_path: Path) -> None:
    content = chart.text("prod", *chart.MAIL)
    for number, (before, after) in enumerate(SPOILT):
        assert before in content
        (tmp_path / f"{number}.yaml").write_text(content.replace(before, after, 1))
    _, wrong = manifests.violations(tmp_path.iterdir(), manifests.VERSIONS[-1])
    assert set(wrong) == {f"{number}.yaml" for number in range(len(SPOILT))}
