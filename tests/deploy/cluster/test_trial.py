"""Canary and blue-green: new pods are on trial beside old ones, and going back within the trial starts nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.deploy.cluster.installed import Installed, pods
from tests.deploy.cluster.surroundings import APPS_NAMESPACE
from tests.people import eventually

pytestmark = [pytest.mark.step4, pytest.mark.timeout(1800)]
APP, SOAK_SECONDS = "todo-backend", 20


@dataclass
class Seen:
    """A pod: when it was ready for the first time, and when it was told to end."""

    ready: dt.datetime | None = None
    ended: dt.datetime | None = None


@pytest.fixture
def two(installed: Installed) -> Iterator[Installed]:
    """The platform with two backends."""
    installed.upgrade("--set", "backend.replicas=2")
    yield installed
    installed.upgrade()


@pytest.mark.parametrize(("kind", "at_once"), [("canary", 3), ("blue-green", 4)])
def test_an_old_pod_ends_when_a_new_one_has_served_for_the_time_of_the_trial(
    two: Installed, kind: str, at_once: int
) -> None:
    old = pods(two, APP)
    _bring(two, kind, "backend.databasePoolSize=9")
    seen: dict[str, Seen] = {}
    most = 0

    def replaced() -> bool:
        nonlocal most
        most = max(most, _look(two, seen))
        return all(name not in _present(two) for name in old)

    eventually(replaced, 240, f"{kind} has replaced both")
    ready = sorted(pod.ready for name, pod in seen.items() if name not in old and pod.ready)
    ended = sorted(pod.ended for name, pod in seen.items() if name in old and pod.ended)
    assert len(ready) == len(ended) == 2
    trials = [(end - begin).total_seconds() for begin, end in zip(ready, ended, strict=True)]
    assert min(trials) >= SOAK_SECONDS - 1, "Kubernetes says whole seconds"
    assert most == at_once
    two.serves()


def test_going_back_within_the_trial_starts_nothing(two: Installed) -> None:
    old = pods(two, APP)
    _bring(two, "blue-green", "backend.databasePoolSize=8", soak_seconds=600)
    eventually(lambda: _look(two, {}) == 4, 120, "green serves beside blue")
    two.roll_back()
    assert sorted(pods(two, APP)) == sorted(old)
    assert all(_restarts(pod) == 0 for pod in _present(two).values())
    two.serves()


def _bring(installed: Installed, kind: str, change: str, soak_seconds: int = SOAK_SECONDS) -> None:
    values = ("backend.replicas=2", f"rollout.kind={kind}", f"rollout.soakSeconds={soak_seconds}", change)
    installed.upgrade("--set", ",".join(values), "--wait=hookOnly")


def _look(installed: Installed, seen: dict[str, Seen]) -> int:
    """Note what pods went through; return how many serve now."""
    serving = 0
    for name, pod in _present(installed).items():
        known = seen.setdefault(name, Seen())
        [said] = [one for one in pod["status"].get("conditions", []) if one["type"] == "Ready"] or [{"status": "False"}]
        if "deletionTimestamp" in pod["metadata"]:
            grace = dt.timedelta(seconds=pod["metadata"]["deletionGracePeriodSeconds"])
            known.ended = known.ended or _time(pod["metadata"]["deletionTimestamp"]) - grace
        elif said["status"] == "True":
            serving += 1
            known.ready = known.ready or _time(said["lastTransitionTime"])
    return serving


def _present(installed: Installed) -> dict[str, dict[str, Any]]:
    found = installed.cluster.list("pod", APPS_NAMESPACE, "-l", f"app.kubernetes.io/name={APP}")
    return {pod["metadata"]["name"]: pod for pod in found}


def _time(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def _restarts(pod: dict[str, Any]) -> int:
    return sum(one["restartCount"] for one in pod["status"].get("containerStatuses", []))
