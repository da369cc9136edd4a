"""Live updates: a change through one replica of the backend reaches a client of the other; a gap is caught up."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from local_runtime.platform import Platform

from tests.people import Person, eventually


class LiveClient:
    """An EventSource: collects frames until it is closed."""

    def __init__(self, base_url: str, person: Person, last_event_id: str | None = None) -> None:
        self.frames: list[dict[str, Any]] = []
        self.opened = threading.Event()
        self._closed = threading.Event()
        headers = {**person.headers, "accept": "text/event-stream"}
        if last_event_id is not None:
            headers["last-event-id"] = last_event_id
        self._request = (base_url + person.path("updates"), headers)
        self._thread = threading.Thread(target=self._read, daemon=True)

    def __enter__(self) -> LiveClient:
        self._thread.start()
        assert self.opened.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._closed.set()

    def titles(self) -> list[str]:
        return [
            change["task"]["title"]
            for frame in self.frames
            if frame["event"] == "changes"
            for change in json.loads(frame["data"])["changes"]
            if change["kind"] == "task"
        ]

    def _read(self) -> None:
        url, headers = self._request
        with httpx.stream("GET", url, headers=headers, timeout=httpx.Timeout(5.0, read=60.0)) as answer:
            assert answer.status_code == 200, answer.status_code
            self.opened.set()
            frame: dict[str, Any] = {}
            for line in answer.iter_lines():
                if self._closed.is_set():
                    return
                if not line and frame:
                    self.frames.append(frame)
                    frame = {}
                elif ":" in line and not line.startswith(":"):
                    name, _, value = line.partition(":")
                    frame[name] = value.strip()


@pytest.fixture
def second_backend(platform: Platform) -> Iterator[str]:
    platform.start_replica("todo-backend", 1)
    try:
        yield platform.url("todo-backend", 1)
    finally:
        platform.stop_replica("todo-backend", 1)


def test_a_change_through_one_replica_reaches_a_client_of_the_other(person: Person, second_backend: str) -> None:
    with LiveClient(second_backend, person) as live:
        person.add("through the first replica")
        eventually(lambda: "through the first replica" in live.titles(), seconds=5)


def test_a_successor_comes_live(person: Person, base_url: str) -> None:
    with LiveClient(base_url, person) as live:
        task = person.add_repeating("Live chore", "2030-01-01", "FREQ=DAILY")
        person.complete(task["id"])
        eventually(lambda: live.titles().count("Live chore") >= 3, seconds=5, says="created, completed, successor")


def test_what_was_missed_is_caught_up_in_order(person: Person, base_url: str) -> None:
    with LiveClient(base_url, person) as live:
        person.add("seen")
        eventually(lambda: live.titles() == ["seen"], seconds=5)
        seen = next(f["id"] for f in reversed(live.frames) if f["event"] == "changes")
    for n in range(5):
        person.add(f"missed {n}")
    with LiveClient(base_url, person, last_event_id=seen) as live:
        eventually(lambda: len(live.titles()) == 5, seconds=5)
        assert live.titles() == [f"missed {n}" for n in range(5)]


def test_a_stream_needs_its_own_users_token(person: Person, base_url: str) -> None:
    stranger = Person.sign_up(base_url)
    answer = httpx.get(base_url + person.path("updates"), headers=stranger.headers, timeout=5)
    assert answer.status_code == 403
    assert httpx.get(base_url + person.path("updates"), timeout=5).status_code == 401
