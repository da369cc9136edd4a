"""What goes wrong in a roll-out is said in one sentence in the right place, and the running version keeps serving."""

from __future__ import annotations

import base64

import pytest
from one_node_cluster.errors import CommandFailedError

from tests.deploy.cluster.installed import RELEASE, Installed, pods
from tests.deploy.cluster.surroundings import APPS_NAMESPACE
from tests.people import eventually

# The first of them waits for the images, which take a quarter of an hour when nothing of them is in the engine yet.
pytestmark = [pytest.mark.step4, pytest.mark.timeout(1800)]


def test_a_wrong_value_is_refused_before_anything_changes(installed: Installed) -> None:
    before = _release(installed)
    with pytest.raises(CommandFailedError, match="replicaz"):
        installed.upgrade("--set", "backend.replicaz=3")
    assert _release(installed) == before


def test_a_migration_that_fails_stops_the_roll_out_and_says_why(installed: Installed) -> None:
    right = installed.cluster.find("secret", "migrations", APPS_NAMESPACE)["data"]["tasks-owner"]
    before = pods(installed, "todo-backend")
    _password(installed, base64.b64encode(b"wrong").decode())
    try:
        with pytest.raises(CommandFailedError, match="pre-upgrade"):
            installed.upgrade("--set", "migrations.retries=0", wait="60s")
        said = installed.kubectl("logs", "job/migrate-tasks", "--tail=1")
    finally:
        _password(installed, right)
    assert "password" in said
    assert "Traceback" not in said
    assert pods(installed, "todo-backend") == before
    installed.serves()
    installed.upgrade()


@pytest.mark.parametrize(("image", "named"), [("backend", "migrate-tasks"), ("relay", "todo-relay")])
def test_an_image_that_cannot_be_pulled_takes_nobodys_place(installed: Installed, image: str, named: str) -> None:
    before = {app: pods(installed, app) for app in ("todo-backend", "todo-relay")}
    with pytest.raises(CommandFailedError, match=named):
        installed.upgrade("--set", f"{image}.image.tag=never-built", wait="20s")
    assert all(set(before[app]) <= set(pods(installed, app)) for app in before)
    installed.serves()
    installed.roll_back()
    assert {app: pods(installed, app) for app in before} == before


def test_a_missing_secret_is_named_to_the_operator_and_nobody_loses_a_place(installed: Installed) -> None:
    before = pods(installed, "todo-backend")
    with pytest.raises(CommandFailedError, match="todo-backend"):
        installed.upgrade("--set", "backend.chatModel.url=https://models.example/v1", wait="20s")
    notes = installed.cluster.helm("get", "notes", RELEASE, "--namespace", APPS_NAMESPACE)
    assert "These secrets are missing, and pods wait for them: todo-backend (key chat-model-key)." in notes
    (new,) = set(pods(installed, "todo-backend")) - set(before)
    eventually(lambda: "couldn't find key chat-model-key in Secret" in _why_waiting(installed, new))
    assert set(before) <= set(pods(installed, "todo-backend"))
    installed.serves()
    installed.roll_back()
    assert pods(installed, "todo-backend") == before
    assert "secrets are missing" not in installed.cluster.helm("get", "notes", RELEASE, "--namespace", APPS_NAMESPACE)


def test_a_broker_that_cannot_be_reached_is_named_and_the_running_version_serves(installed: Installed) -> None:
    before = {app: pods(installed, app) for app in ("todo-backend", "todo-relay", "audit-service")}
    with pytest.raises(CommandFailedError, match="todo-relay"):
        installed.upgrade("--set", "kafka.brokers=kafka.nowhere:9092", wait="30s")
    (new,) = set(pods(installed, "todo-relay")) - set(before["todo-relay"])
    eventually(lambda: "lookup kafka.nowhere" in installed.kubectl("logs", new, "-c", "daprd"), 60)
    assert all(set(before[app]) <= set(pods(installed, app)) for app in before)
    installed.serves()
    installed.roll_back()
    assert {app: pods(installed, app) for app in before} == before


def test_an_upgrade_over_what_was_edited_by_hand_restores_it(installed: Installed) -> None:
    edited = '{"spec": {"template": {"spec": {"terminationGracePeriodSeconds": 7}}}}'
    installed.kubectl("patch", "deployment", "todo-relay", "--field-manager=kubectl-edit", "-p", edited)
    installed.kubectl("rollout", "status", "deployment/todo-relay", "--timeout=120s")
    with pytest.raises(CommandFailedError, match=r"conflict.*kubectl-edit"):
        installed.upgrade()
    installed.upgrade("--force-conflicts")
    assert _grace(installed) > 7
    installed.serves()


def _release(installed: Installed) -> str:
    return installed.cluster.helm("history", RELEASE, "--namespace", APPS_NAMESPACE, "-o", "json")


def _why_waiting(installed: Installed, pod: str) -> str:
    found = installed.cluster.find("pod", pod, APPS_NAMESPACE)
    waiting = [one["state"].get("waiting", {}) for one in found["status"]["containerStatuses"]]
    return " ".join(one.get("message", "") for one in waiting)


def _grace(installed: Installed) -> int:
    found = installed.cluster.find("deployment", "todo-relay", APPS_NAMESPACE)
    return found["spec"]["template"]["spec"]["terminationGracePeriodSeconds"]


def _password(installed: Installed, encoded: str) -> None:
    installed.kubectl("patch", "secret", "migrations", "-p", f'{{"data": {{"tasks-owner": "{encoded}"}}}}')
