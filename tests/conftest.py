"""One real platform for the whole session: daprd, Kafka, PostgreSQL, the apps and the page, on ports of its own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from local_runtime.layout import RUN
from local_runtime.platform import Place, Platform
from local_runtime.provision.everything import provide

from tests import evidence
from tests.people import Person

OFFSET = int(os.environ.get("TODO_TEST_OFFSET", "10000"))


@pytest.fixture(scope="session")
def platform() -> Iterator[Platform]:
    """The platform, fresh at the start of the session; runs beside a `make run`."""
    folder = RUN / "test"
    shutil.rmtree(folder, ignore_errors=True)
    running = Platform(Place(OFFSET, folder), provide(_say), report=_say)
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="module")
def base_url(platform: Platform) -> str:
    """The open door of the backend; a module with a platform of its own is given that one's, and so below."""
    return platform.url("todo-backend")


@pytest.fixture
def person(base_url: str) -> Person:
    """Somebody who has just signed up."""
    return Person.sign_up(base_url)


@pytest.fixture
def store(platform: Platform) -> Iterator[psycopg.Connection[Any]]:
    """The database as the superuser, to see what lies in it."""
    with evidence.connect(platform.superuser_url) as connection:
        yield connection


@pytest.fixture(scope="module")
def brokers(platform: Platform) -> str:
    """Kafka's address, for a plain client."""
    return platform.broker.address


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs the platform, with the time that a start may take; what forges events runs after all others.

    The audit keeps a forged event that it can read, and no ledger has it: the promises do not hold after it.
    """
    items.sort(key=lambda item: item.get_closest_marker("forges") is not None)
    for item in items:
        if "platform" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.platform)
            if item.get_closest_marker("timeout") is None:
                item.add_marker(pytest.mark.timeout(300))


def _say(what: str, seconds: float) -> None:
    print(f"{what}: {seconds:.1f} s")
