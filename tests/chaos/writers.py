"""People who go on working while processes die: every request is repeated with its key until it is acknowledged."""

from __future__ import annotations

import datetime as dt
import threading
import time
from typing import Any
from uuid import uuid4

import httpx

from tests.people import Person

PATIENCE_SECONDS = 60.0


class Writers:
    """Threads, each a person who adds, changes and completes tasks; `acknowledged` is what they were told.

    Each is as fast as it is answered, or rests `pace` seconds after every round of four acts.
    """

    def __init__(self, base_url: str, count: int = 8, pace: float = 0.0) -> None:
        self._people = [Person.sign_up(base_url, timeout=3.0) for _ in range(count)]
        self._pace = pace
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._acknowledged: list[tuple[str, int]] = []
        self.failures: list[str] = []
        self.repeated: list[str] = []
        """What was asked and not answered, or answered with a server's error: asked again where it has a key."""
        self._threads = [threading.Thread(target=self._work, args=(p,), daemon=True) for p in self._people]

    def __enter__(self) -> Writers:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(PATIENCE_SECONDS)

    def acknowledged(self) -> list[tuple[str, int]]:
        with self._lock:
            return list(self._acknowledged)

    def _work(self, person: Person) -> None:
        due = {"date": str(dt.datetime.now(dt.UTC).date() + dt.timedelta(days=1)), "time_zone": "UTC"}
        while not self._stop.is_set():
            body = {"title": "chore", "due": due, "recurrence": {"rrule": "FREQ=DAILY"}}
            task = self._act(person, "POST", "tasks", body)
            if task is None:
                return
            self._act(person, "PATCH", f"tasks/{task['id']}", {"title": "chore, changed"})
            self._act(person, "POST", f"tasks/{task['id']}/complete", {})
            self._add_without_key(person)
            self._stop.wait(self._pace)

    def _add_without_key(self, person: Person) -> None:
        """Add a task the way that shares a transaction with others; without a key it is not asked for again."""
        try:
            answer = person.ask("POST", "tasks", json={"title": "errand"})
        except httpx.HTTPError as away:
            self.repeated.append(f"POST tasks: {away!r}")
            return
        if answer.is_success:
            with self._lock:
                self._acknowledged.append((answer.json()["id"], 1))
        elif answer.status_code >= 500:
            self.repeated.append(f"POST tasks: {answer.status_code} {answer.text[:200]}")
        elif answer.status_code != 401:
            self.failures.append(f"POST tasks: {answer.status_code} {answer.text[:200]}")

    def _act(self, person: Person, method: str, rest: str, body: dict[str, Any]) -> dict[str, Any] | None:
        key, until = str(uuid4()), time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            try:
                answer = person.ask(method, rest, json=body, headers={"idempotency-key": key})
            except httpx.HTTPError as away:
                self.repeated.append(f"{method} {rest}: {away!r}")
                time.sleep(0.1)
                continue
            if answer.status_code >= 500:
                self.repeated.append(f"{method} {rest}: {answer.status_code} {answer.text[:200]}")
                time.sleep(0.1)
                continue
            if answer.status_code == 401:  # an hour is longer than a token lives
                self.repeated.append(f"{method} {rest}: 401 {answer.text[:200]}")
                person.refresh()
                continue
            if not answer.is_success:
                self.failures.append(f"{method} {rest}: {answer.status_code} {answer.text[:200]}")
                return None
            document = answer.json()
            task = document.get("task", document)
            with self._lock:
                self._acknowledged.append((task["id"], task["version"]))
            return task
        self.failures.append(f"{method} {rest}: no answer within {PATIENCE_SECONDS} s")
        return None
