"""Any order of acts with a completion in flight, everything heard twice and late, ends as a simple model says."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest
from argon2 import PasswordHasher
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from local_runtime.keys import Keys
from local_runtime.testing import Postgres
from todo_backend.accounts import passwords

from tests.contract.acts.machine import Acts
from tests.contract.acts.stage import LateCaller, Stage
from tests.contract.wiring import opened_world

pytestmark = pytest.mark.integration
BOUNDED = settings(
    deadline=None,
    derandomize=True,  # a change is judged by what it does; new orders are for the long one to find
    max_examples=60,
    stateful_step_count=40,
    suppress_health_check=list(HealthCheck),
    # Making a found failure smaller takes minutes: the long one does.
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
AT_LENGTH = settings(BOUNDED, derandomize=False, max_examples=1000, stateful_step_count=60, phases=tuple(Phase))


@pytest.fixture
def stage(whole_database: Postgres, keys: Keys, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    # Argon2id as it is, only as cheap as it can be: every example signs somebody up.
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    with asyncio.Runner() as runner:
        opening = opened_world(whole_database, keys, LateCaller)
        world: Any = runner.run(opening.__aenter__())
        caller = world.callers["recurring-task-service"]
        yield Stage(runner, dataclasses.replace(world, consumers={"recurring": world.consumers["recurring"]}), caller)
        runner.run(opening.__aexit__(None, None, None))


@pytest.mark.timeout(300)
def test_any_order_of_acts_ends_as_the_model_says(stage: Stage) -> None:
    _play(stage, BOUNDED)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_any_order_of_acts_ends_as_the_model_says_for_long(stage: Stage) -> None:
    _play(stage, AT_LENGTH)


def _play(stage: Stage, how_much: settings) -> None:
    class OnStage(Acts):
        pass

    OnStage.stage = stage
    run_state_machine_as_test(OnStage, settings=how_much)
