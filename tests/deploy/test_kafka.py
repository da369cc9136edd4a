"""The broker of every flavour has just the topics and rights of event-contracts, and objects that Strimzi knows."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from event_contracts.topics import TOPICS, ConsumerKind
from local_runtime import layout
from local_runtime.render.files import rendered_for_broker

from tests.deploy import chart, manifests

KAFKA = layout.CLONE / "k8s" / "kafka"
DAY_MS = 24 * 3600 * 1000
WRITES = {(t.publisher, t.name) for t in TOPICS.values()}
READS = {(c.app_id, t.name) for t in TOPICS.values() for c in t.consumers}
GROUPS = {(c.app_id, c.app_id) for t in TOPICS.values() for c in t.consumers if c.kind != ConsumerKind.BROADCAST}
GROUPS |= {(c.app_id, "broadcast-") for t in TOPICS.values() for c in t.consumers if c.kind == ConsumerKind.BROADCAST}


def documents(folder: str) -> list[dict[str, Any]]:
    return [d for file in sorted((KAFKA / folder).glob("*.yaml")) for d in yaml.safe_load_all(file.read_text())]


def called(script: str, folder: Path) -> list[list[str]]:
    """Run a script with programs that note how they are called, and make nothing."""
    noted = folder / "calls"
    for program in ("rpk", "confluent"):
        (folder / program).write_text(f'#!/bin/sh\necho "$*" >> {noted}\necho "[]"\n')
        (folder / program).chmod(0o755)
    passwords = {f"PASSWORD_{app.upper().replace('-', '_')}": "p" for app, _ in WRITES | READS}
    (folder / "jq").write_text("#!/bin/sh\ncat >/dev/null\necho sa-1\n")
    (folder / "jq").chmod(0o755)
    environment = {**os.environ, **passwords, "PATH": f"{folder}:{os.environ['PATH']}"}
    done = subprocess.run([KAFKA / script], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [line.split() for line in noted.read_text().splitlines()]


@pytest.mark.step1
def test_the_committed_files_are_the_render() -> None:
    rendered = rendered_for_broker()
    assert {name: (KAFKA / name).read_text() for name in rendered} == rendered, "run `make render`"
    there = {f"{folder}/{f.name}" for folder in ("topics", "users") for f in (KAFKA / folder).iterdir()}
    assert there == {name for name in rendered if name.endswith(".yaml")}


@pytest.mark.step1
def test_gitops_applies_every_file() -> None:
    listed = yaml.safe_load((KAFKA / "kustomization.yaml").read_text())["resources"]
    own = {"kustomization.yaml", "redpanda/values.yaml"}
    assert set(listed) == {str(file.relative_to(KAFKA)) for file in KAFKA.rglob("*.yaml")} - own


@pytest.mark.step1
def test_strimzi_s_topics_are_those_of_the_table() -> None:
    made = {d["metadata"]["name"]: d["spec"] for d in documents("topics")}
    assert set(made) == set(TOPICS)
    for name, topic in TOPICS.items():
        assert made[name]["partitions"] == topic.partitions
        assert made[name]["config"]["retention.ms"] == topic.retention_days * DAY_MS
        assert (made[name]["replicas"], made[name]["config"]["min.insync.replicas"]) == (3, 2)


@pytest.mark.step1
def test_strimzi_s_users_may_do_what_their_apps_do_and_nothing_else() -> None:
    granted: dict[tuple[str, ...], set[tuple[str, str]]] = {}
    for user in documents("users"):
        if user["kind"] == "KafkaUser":
            for acl in user["spec"]["authorization"]["acls"]:
                kind = (acl["resource"]["type"], acl["resource"]["patternType"], *sorted(acl["operations"]))
                granted.setdefault(kind, set()).add((user["metadata"]["name"], acl["resource"]["name"]))
    assert granted.pop(("topic", "literal", "Describe", "Write")) == WRITES
    assert granted.pop(("topic", "literal", "Describe", "Read")) == READS
    literal = granted.pop(("group", "literal", "Describe", "Read"))
    assert literal | granted.pop(("group", "prefix", "Describe", "Read")) == GROUPS
    assert granted == {}


@pytest.mark.step1
def test_redpanda_is_told_the_same(tmp_path: Path) -> None:
    calls = [" ".join(words) for words in called("redpanda/topics.sh", tmp_path)]
    topics = {
        m[1]: (int(m[2]), int(m[3])) for c in calls if (m := re.match(r"topic create (\S+) -p (\d+) .*ms=(\d+)", c))
    }
    assert topics == {t.name: (t.partitions, t.retention_days * DAY_MS) for t in TOPICS.values()}
    acl = re.compile(r"security acl create --allow-principal User:(\S+) --(\w+) (\S+) .*--operation (\S+)")
    granted = {m.groups() for c in calls if (m := acl.match(c))}
    assert {(a, n) for a, kind, n, does in granted if (kind, does) == ("topic", "describe,write")} == WRITES
    assert {(a, n) for a, kind, n, does in granted if (kind, does) == ("topic", "describe,read")} == READS
    assert {(a, n) for a, kind, n, _ in granted if kind == "group"} == GROUPS
    users = {c.split()[3] for c in calls if c.startswith("security user create")}
    assert users == {app for app, _ in WRITES | READS}


@pytest.mark.step1
def test_confluent_is_told_the_same(tmp_path: Path) -> None:
    calls = [" ".join(words) for words in called("confluent-cloud/topics.sh", tmp_path)]
    made = re.compile(r"kafka topic create (\S+) --partitions (\d+) --config retention.ms=(\d+)")
    topics = {m[1]: (int(m[2]), int(m[3])) for c in calls if (m := made.match(c))}
    assert topics == {t.name: (t.partitions, t.retention_days * DAY_MS) for t in TOPICS.values()}
    granted = sorted(c.split(" --service-account sa-1 ")[1] for c in calls if c.startswith("kafka acl create --allow"))
    wanted = [f"--topic {name} --operations describe,write" for _, name in WRITES]
    wanted += [f"--topic {name} --operations describe,read" for _, name in READS]
    wanted += [
        f"--consumer-group {name}{' --prefix' if name.endswith('-') else ''} --operations describe,read"
        for _, name in GROUPS
    ]
    assert granted == sorted(wanted)


@pytest.mark.step1
def test_a_script_stops_at_a_password_that_is_missing(tmp_path: Path) -> None:
    (tmp_path / "rpk").write_text("#!/bin/sh\n")
    (tmp_path / "rpk").chmod(0o755)
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    done = subprocess.run([KAFKA / "redpanda/topics.sh"], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "PASSWORD_TODO_BACKEND is empty" in done.stderr


@pytest.mark.step1
def test_the_chart_copies_just_the_secrets_that_it_may_read() -> None:
    allowed = next(d for d in documents("users") if d["kind"] == "Role")["rules"][0]["resourceNames"]
    copied = {
        entry["remoteRef"]["key"]
        for secret in chart.rendered("prod").of("ExternalSecret").values()
        if secret["spec"]["secretStoreRef"] == {"kind": "SecretStore", "name": "kafka"}
        for entry in secret["spec"]["data"]
    }
    assert copied == set(allowed)
    prefix = yaml.safe_load((KAFKA / "kafka-cluster.yaml").read_text().split("---")[-1])
    assert prefix["spec"]["entityOperator"]["userOperator"]["secretPrefix"] == "kafka-"


@pytest.mark.step2
def test_every_object_is_one_that_strimzi_knows() -> None:
    files = [f for f in KAFKA.rglob("*.yaml") if f.name not in {"kustomization.yaml", "values.yaml"}]
    objects, wrong = manifests.violations(files, manifests.VERSIONS[-1])
    assert wrong == {}
    assert objects == 15


@pytest.mark.step2
def test_a_field_that_strimzi_does_not_know_is_seen(tmp_path: Path) -> None:
    content = (KAFKA / "kafka-cluster.yaml").read_text()
    for before, after in (("kraftMetadata", "kraftMeta"), ("secretPrefix", "prefix"), ("jvmOptions", "jvmOpts")):
        (tmp_path / f"{before}.yaml").write_text(content.replace(before, after))
    _, wrong = manifests.violations(tmp_path.iterdir(), manifests.VERSIONS[-1])
    assert set(wrong) == {"kraftMetadata.yaml", "secretPrefix.yaml", "jvmOptions.yaml"}
