"""Values: every environment is taken, and what is wrong is refused in words before anything changes."""

from __future__ import annotations

import subprocess

import pytest

from tests.deploy import chart

pytestmark = pytest.mark.step1


@pytest.mark.parametrize("name", chart.DEPLOYED)
def test_lint_finds_nothing(name: str) -> None:
    files = [part for file in chart.values_of(name) for part in ("--values", str(file))]
    command = [chart.helm(), "lint", "--strict", str(chart.CHART), *files, "--set", ",".join(chart.DIGESTS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("value", "word"),
    [
        ("bakend.replicas=3", "additional properties 'bakend' not allowed"),
        ("backend.replica=3", "additional properties 'replica' not allowed"),
        ("sidecar.cpu=1", "additional properties 'cpu' not allowed"),
        ("audit.sidecar.cpu=1", "additional properties 'cpu' not allowed"),
        ("backend.replicas=0", "/backend/replicas"),
        ("backend.replicas=two", "got string, want integer"),
        ("backend.resources.limits.memory=much", "/backend/resources/limits/memory"),
        ("backend.image.digest=sha256:abc", "/backend/image/digest"),
        ("kafka.flavour=rabbitmq", "value must be one of 'strimzi', 'redpanda', 'redpanda-cloud', 'confluent-cloud'"),
        ("kafka.brokers=kafka", "/kafka/brokers"),
        ("postgres.sslMode=maybe", "/postgres/sslMode"),
        ("postgres.direct.port=99999", "/postgres/direct/port"),
        ("tracing.samplingRate=2", "/tracing/samplingRate"),
        ("rollout.kind=bluegreen", "value must be one of 'rolling', 'canary', 'blue-green'"),
        ("exposure.kind=nodeport", "value must be one of 'gateway', 'ingress', 'none'"),
        ("backend.settings.log-level=DEBUG", "'log-level' does not match pattern"),
        ("networkPolicies.kafka.peers=null", "missing property 'peers'"),
        ("networkPolicies.kafka.peers[0].podSelector.matchLabel.a=b", "additional properties 'matchLabel' not allowed"),
    ],
)
def test_the_schema_names_the_value_that_is_wrong(value: str, word: str) -> None:
    assert word in chart.refusal(value)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (["postgres.direct.host="], "postgres.direct.host is empty: name the database server"),
        (["kafka.brokers="], "kafka.brokers is empty: name the broker's bootstrap addresses"),
        (["postgres.pooled.enabled=true"], "postgres.pooled.host is empty: name the pooler, or turn it off."),
        (["exposure.kind=gateway"], "exposure.host is empty: gateway needs the name that people type."),
        (["exposure.kind=ingress", "exposure.host=a.b"], "exposure.ingress.className is empty"),
        (
            ["exposure.kind=gateway", "exposure.host=a.b", "exposure.gateway.create=false"],
            "exposure.gateway.namespace is",
        ),
        (["exposure.certificate.acme.enabled=true"], "exposure.certificate.acme.email is empty"),
        (["image.requireDigests=true"], "image.digest is empty, and image.requireDigests asks for one"),
        (["shutdown.terminationGraceSeconds=25"], "it must be more than the 25 seconds that draining"),
        (["backend.autoscaling.minReplicas=9", "backend.autoscaling.maxReplicas=4"], "minReplicas is more than"),
        (["audit.autoscaling.maxReplicas=4", "keda.enabled=true"], "audit.autoscaling.maxReplicas is more than the 3"),
        (["notification.mail.host=smtp.example.com"], "notification.mail.from is empty"),
        (["rollout.kind=canary", "rollout.soakSeconds=0"], "rollout.soakSeconds is 0: canary means a time on trial."),
        (["monitoring.mail.user=todo"], "monitoring.mail.smarthost is empty"),
        (["kafka.tls=false"], "kafka.tls is false, and mtls proves who calls by TLS"),
    ],
)
def test_values_that_contradict_each_other_are_refused_in_a_sentence(values: list[str], sentence: str) -> None:
    said = chart.refusal(*values)
    assert sentence in said
    assert said.count("\n") <= 5, "one sentence, and no page of templates around it"


def test_an_old_cluster_is_refused() -> None:
    command = [chart.helm(), "template", "todo-app", str(chart.CHART), "--kube-version", "1.33.0"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "requires kubeVersion: >=1.34.0-0" in done.stderr
