"""A person of the platform, acting through the open REST door as `curl` would."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID, uuid4

import httpx

T = TypeVar("T")
PASSWORD = "correct horse battery staple"


@dataclass
class Person:
    """A signed-up user. Every method is one request; `expect` is the status that the test relies on."""

    base_url: str
    user_id: UUID
    email: str
    access_token: str
    refresh_token: str
    client: httpx.Client = field(repr=False)

    @classmethod
    def sign_up(cls, base_url: str, time_zone: str = "Europe/Berlin", timeout: float = 10.0) -> Person:
        client = httpx.Client(base_url=base_url, timeout=timeout)
        email = f"person-{uuid4().hex[:12]}@example.com"
        body = {"email": email, "password": PASSWORD, "name": "A person", "time_zone": time_zone}
        answer = client.post("/api/auth/sign-up", json=body)
        assert answer.status_code == 201, answer.text
        document = answer.json()
        return cls(
            base_url, UUID(document["user"]["id"]), email, document["access_token"], document["refresh_token"], client
        )

    @property
    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.access_token}"}

    def refresh(self) -> None:
        """Get a new access token, as whoever works for longer than one lives must."""
        answer = self.client.post("/api/auth/refresh", json={"refresh_token": self.refresh_token})
        assert answer.status_code == 200, answer.text
        self.access_token, self.refresh_token = answer.json()["access_token"], answer.json()["refresh_token"]

    def path(self, rest: str) -> str:
        return f"/api/{self.user_id}/{rest}"

    def ask(self, method: str, rest: str, expect: int | None = None, **arguments: Any) -> httpx.Response:
        headers = {**self.headers, **arguments.pop("headers", {})}
        answer = self.client.request(method, self.path(rest), headers=headers, **arguments)
        assert expect is None or answer.status_code == expect, f"{method} {rest}: {answer.status_code} {answer.text}"
        return answer

    def lives_in(self, country: str) -> None:
        answer = self.client.patch("/api/me", json={"country": country}, headers=self.headers)
        assert answer.status_code == 200, answer.text

    def add(self, title: str, **fields: Any) -> dict[str, Any]:
        return self.ask("POST", "tasks", 201, json={"title": title, **fields}).json()

    def add_repeating(self, title: str, date: str, rrule: str, time: str | None = "09:00") -> dict[str, Any]:
        due = {"date": date, "time": time, "time_zone": "Europe/Berlin"}
        return self.add(title, due=due, recurrence={"rrule": rrule})

    def complete(self, task_id: str, key: str | None = None) -> dict[str, Any]:
        headers = {"idempotency-key": key} if key else {}
        return self.ask("POST", f"tasks/{task_id}/complete", 200, json={}, headers=headers).json()

    def task(self, task_id: str) -> dict[str, Any]:
        return self.ask("GET", f"tasks/{task_id}", 200).json()

    def tasks(self, **query: Any) -> list[dict[str, Any]]:
        return self.ask("GET", "tasks", 200, params={"limit": 200, **query}).json()["items"]

    def history(self, task_id: str) -> list[dict[str, Any]]:
        return self.ask("GET", f"tasks/{task_id}/history", 200).json()["items"]

    def occurrences(self, series_id: str) -> list[dict[str, Any]]:
        """Every task of a series, oldest occurrence first."""
        found = [t for t in self.tasks() if t["series_id"] == series_id]
        return sorted(found, key=lambda t: t["occurrence_key"])


def eventually(ask: Callable[[], T], seconds: float = 15.0, says: str = "") -> T:
    """Ask until the answer is truthy, and return it; fail with the last answer when time is up.

    Rests as long as the question took, and two hundredths of the time that has passed: asking is no load of its own.
    """
    began = time.monotonic()
    while True:
        asked = time.monotonic()
        answer = ask()
        if answer:
            return answer
        now = time.monotonic()
        assert now < began + seconds, f"not within {seconds} s: {says or ask}; last answer {answer!r}"
        time.sleep(max(0.02, now - asked, (now - began) / 50))
