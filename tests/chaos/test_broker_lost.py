"""The broker's data is gone while consumers lag: the ledgers fill the topics again, by the lines of the page."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from local_runtime.platform import Platform

from tests import evidence, invariants
from tests.chaos.apart import platform_apart
from tests.chaos.writers import Writers
from tests.operators import Operator
from tests.pages import Page, programs
from tests.people import eventually

CONSUMERS = ("recurring-task-service", "notification-service", "audit-service")
pytestmark = [pytest.mark.platform, pytest.mark.long, pytest.mark.timeout(1800)]


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    """One of its own: its broker is wiped."""
    yield from platform_apart()


def test_a_broker_whose_data_is_gone_is_filled_again(
    platform: Platform, base_url: str, store: Any, brokers: str, tmp_path: Path
) -> None:
    page = Page("common-problems.md", {}, programs(platform, tmp_path))
    with Writers(base_url, count=2, pace=0.3) as writers:
        eventually(lambda: len(writers.acknowledged()) > 20, 60)
        for app in CONSUMERS:
            platform.kill(f"{app}-daprd", signal.SIGKILL, restart=False)
        lagging = len(writers.acknowledged())
        eventually(lambda: len(writers.acknowledged()) > lagging + 20, 60)
        eventually(lambda: evidence.pending_count(store) == 0, 30, "what they have not read is published")
        platform.kill("kafka", signal.SIGKILL, restart=False)
        eventually(lambda: platform.states()["kafka"].pid is None, 30)
        away = len(writers.acknowledged())
        eventually(lambda: len(writers.acknowledged()) > away + 10, 60, "people work without a broker")
        shutil.rmtree(platform.broker.folder / "data")
        platform.broker.prepare()
        platform.revive("kafka")
        platform.wait_healthy(["kafka"], 90)
        assert len(platform.broker.make_topics()) > 0
        for app in CONSUMERS:
            platform.revive(f"{app}-daprd")
        platform.restart(["todo-relay-daprd", "todo-backend-daprd"])
        platform.wait_healthy(deadline=90)
        assert evidence.unaudited_count(store) > 0, "what they had not read is nowhere but in the ledger"
        said = page.done("The broker's data is gone")
        assert said.count("Adopted.") == 2, said
    acts = "SELECT act, told ->> 'new_broker', told ->> 'why' FROM {}.operator_acts"
    for schema in ("tasks", "notifications"):
        assert store.execute(acts.format(schema)).fetchall() == [("adopt", "true", "the broker's data is gone")]
    assert writers.failures == []
    eventually(lambda: invariants.settled(store), 120, "everything has arrived")
    assert invariants.i1_every_change_is_audited_once(store, brokers) == []
    assert invariants.i2_every_series_goes_on_once(store) == []
    assert invariants.i4_histories_have_no_gap(store) == []
    assert invariants.i7_nothing_acknowledged_is_lost(store, writers.acknowledged()) == []
    assert Operator(platform).told("verify")["holds"] is True
