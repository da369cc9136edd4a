"""What the workflows' programs decide, by themselves: roll-outs, digests, figures, who is entered how."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from local_runtime import layout

from tests.deploy.clusters.terraform import CLUSTERS
from tests.deploy.workflows.files import SCRIPTS, script

pytestmark = pytest.mark.step3
DIGEST, OTHER = f"sha256:{'a' * 64}", f"sha256:{'b' * 64}"
rolled_out, words, trend = script("rolled_out"), script("release_words"), script("trend")
cloud, mirror, oci = script("cloud"), script("mirror"), script("oci_session")


def deployment(**status: Any) -> dict[str, Any]:
    image = {"image": f"registry.example.com/todo-backend@{DIGEST}"}
    return {
        "metadata": {"name": "todo-backend", "generation": 3},
        "spec": {"replicas": 2, "template": {"spec": {"containers": [image]}}},
        "status": {"observedGeneration": 3, "replicas": 2, "updatedReplicas": 2, "availableReplicas": 2, **status},
    }


def test_a_deployment_that_runs_its_release_is_awaited_no_more() -> None:
    assert rolled_out.unfinished([deployment()], {"backend": DIGEST}) == []


@pytest.mark.parametrize(
    ("status", "wanted", "said"),
    [
        ({}, OTHER, "todo-backend has another image"),
        ({"observedGeneration": 2}, DIGEST, "todo-backend was not looked at yet"),
        ({"updatedReplicas": 1}, DIGEST, "todo-backend has 1 new and 2 ready of 2"),
        ({"availableReplicas": 1}, DIGEST, "todo-backend has 2 new and 1 ready of 2"),
        ({"replicas": 3}, DIGEST, "todo-backend has 2 new and 2 ready of 2"),  # an old one is still there
    ],
)
def test_what_is_not_yet_as_wanted_is_said(status: dict[str, Any], wanted: str, said: str) -> None:
    assert rolled_out.unfinished([deployment(**status)], {"backend": wanted}) == [said]


def test_a_deployment_that_is_absent_is_awaited() -> None:
    assert rolled_out.unfinished([], {"audit": DIGEST}) == ["audit-service is not there"]


def test_what_kubernetes_gave_up_ends_the_waiting_at_once() -> None:
    gave_up = {"type": "Progressing", "reason": "ProgressDeadlineExceeded", "message": "timed out"}
    with pytest.raises(rolled_out.StuckError, match="todo-backend was given up: timed out"):
        rolled_out.unfinished([deployment(updatedReplicas=1, conditions=[gave_up])], {"backend": DIGEST})


@pytest.mark.parametrize(
    ("replicas", "surge", "seconds"), [(2, 1, 600), (5, 2, 900), (4, "100%", 300), (10, "25%", 1200), (1, "100%", 300)]
)
def test_a_trial_is_allowed_as_often_as_pods_take_turns(replicas: int, surge: int | str, seconds: float) -> None:
    spec = {"replicas": replicas, "minReadySeconds": 300, "strategy": {"rollingUpdate": {"maxSurge": surge}}}
    assert rolled_out.trial_seconds([deployment(), {"spec": spec}]) == seconds
    assert rolled_out.trial_seconds([]) == 0


def test_a_trial_without_a_surge_takes_turns_as_kubernetes_does() -> None:
    """A quarter at once: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#max-surge."""
    assert rolled_out.trial_seconds([{"spec": {"replicas": 8, "minReadySeconds": 60}}]) == 240


def test_an_environment_without_digests_is_not_awaited(capsys: pytest.CaptureFixture[str]) -> None:
    assert rolled_out.main(["nowhere"]) == 1
    assert "nowhere is to run nothing by digest" in capsys.readouterr().err


def test_a_base_that_may_move_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bases.env").write_text(f"# why\nA=python:3@{DIGEST}\nB=node:24\n")
    with pytest.raises(words.WordsError, match=r"images/bases\.env: B=node:24\.$"):
        words.bases(tmp_path / "bases.env")


def test_every_part_gets_the_digest_of_its_image(tmp_path: Path) -> None:
    for image in words.PARTS:
        (tmp_path / image).write_text(f"{DIGEST}\n")
    assert words.images(tmp_path) == [
        f"{part}={DIGEST}" for part in ("frontend", "backend", "relay", "recurring", "notification", "audit")
    ]
    (tmp_path / "audit-service").write_text("latest\n")
    with pytest.raises(words.WordsError, match="audit-service was not built"):
        words.images(tmp_path)


def test_an_image_is_copied_once_by_its_digest() -> None:
    asked = [f"backend={DIGEST}", f"relay={DIGEST}", f"audit={OTHER}"]
    assert mirror.copies("ghcr.io/o/r", "reg.example.com/todo", "c" * 40, asked) == {
        f"ghcr.io/o/r/todo-backend@{DIGEST}": f"reg.example.com/todo/todo-backend:{'c' * 40}",
        f"ghcr.io/o/r/audit-service@{OTHER}": f"reg.example.com/todo/audit-service:{'c' * 40}",
    }


COMMITTED = layout.CLONE / "docs" / "benchmarks"


def night(name: str = "", times: float = 1.0) -> dict[str, Any]:
    """A run of the committed figures, one of them `times` as bad."""
    run: dict[str, Any] = trend.read(COMMITTED)
    if name:
        run["figures"][name] *= times if trend.WATCHED[name] == trend.LOWER else 1 / times
    return run


@pytest.mark.parametrize("name", trend.WATCHED)
def test_a_figure_that_got_worse_is_named_and_one_within_the_bound_is_not(name: str) -> None:
    before = [night(name, 1 + nights / 100) for nights in range(4)]
    assert trend.judge(night(name, 1.4), before, 1.5)[1] == []
    assert [said.split(" is ")[0] for said in trend.judge(night(name, 1.7), before, 1.5)[1]] == [name]
    assert trend.judge(night(name, 0.2), before, 1.5)[1] == []  # better is not worse


def test_another_machine_is_no_trend_and_neither_are_two_nights() -> None:
    worse, usual = night("platform.memory_mib.total", 9), night()
    other = {**usual, "machine": {**usual["machine"], "cores": 64}}
    assert trend.judge(worse, [other] * 7, 1.5)[1] == []
    assert trend.judge(worse, [usual] * 2, 1.5)[1] == []
    assert trend.judge(worse, [usual] * 3, 1.5)[1] != []


def test_history_is_kept_and_what_got_worse_ends_the_night(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    history = tmp_path / "history.jsonl"
    history.write_text("".join(json.dumps(night("platform.memory_mib.total", 0.1)) + "\n" for _ in range(trend.KEPT)))
    assert trend.main([str(history), str(COMMITTED)]) == 1
    assert capsys.readouterr().err.startswith("Slower: platform.memory_mib.total is ")
    assert len(history.read_text().splitlines()) == trend.KEPT
    assert trend.main([str(history), str(tmp_path)]) == 1
    assert "has no figure platform.create_task.milliseconds.p50" in capsys.readouterr().err


@pytest.mark.parametrize("name", cloud.KUBECONFIG)
def test_a_cluster_is_entered_as_its_module_says(name: str) -> None:
    """The programs and their words are those of the output `kubeconfig_command`."""
    said = (CLUSTERS / name / "outputs.tf").read_text().split('output "kubeconfig_command"')[1].split("value ")[1]
    flags = {word for command in cloud.KUBECONFIG[name] for word in command.split() if not word.startswith("{")}
    assert {word for word in flags if word not in said} <= {"--location"}


def test_what_is_not_set_is_said_before_anything_runs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("CLUSTER", "REGION", "ACCOUNT", "REGISTRY"):
        monkeypatch.delenv(name, raising=False)
    assert cloud.main(["kubeconfig", "gke"]) == 1
    assert capsys.readouterr().err == "Nothing was done: CLUSTER is not set for this environment.\n"
    assert cloud.main(["kubeconfig", "moon"]) == 1


def test_oracle_is_asked_for_a_token_that_is_bound_to_a_key(tmp_path: Path) -> None:
    asked = oci.form("run's token", b"\x30\x82").decode()
    assert "subject_token=run%27s+token" in asked
    assert "public_key=MII%3D" in asked
    assert f"security_token_file={tmp_path}/token" in oci.profile(tmp_path, "ocid1", "eu-frankfurt-1", "aa:bb")
    absent = subprocess.run(
        [sys.executable, SCRIPTS / "oci_session.py"], env={}, capture_output=True, text=True, check=False
    )
    assert (absent.returncode, absent.stderr.split(",")[0]) == (1, "Not signed in: OCI_DOMAIN")
