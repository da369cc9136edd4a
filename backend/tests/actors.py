"""Those who use the backend in tests: a person, recurring-task-service, and one who looks into the tables."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import httpx
import psycopg
from dapr_edge.service_tokens import HEADER, ServiceTokens
from psycopg.rows import dict_row

PASSWORD = "correct horse battery"


@dataclass
class Person:
    """Somebody with an account; `path` is where their things live."""

    api: httpx.AsyncClient
    session: dict[str, Any]

    @classmethod
    async def sign_up(cls, api: httpx.AsyncClient, email: str, time_zone: str = "UTC") -> Person:
        body = {"email": email, "password": PASSWORD, "name": email.partition("@")[0], "time_zone": time_zone}
        answer = await api.post("/api/auth/sign-up", json=body)
        assert answer.status_code == 201, answer.text
        return cls(api, answer.json())

    @property
    def id(self) -> str:
        return self.session["user"]["id"]

    @property
    def path(self) -> str:
        return f"/api/{self.id}"

    @property
    def bearer(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.session['access_token']}"}

    async def call(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """Call a path below the person's own; header names are given with underscores."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if body is not None:
            named["content-type"] = "application/json"
        content = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        return await self.api.request(method, f"{self.path}{path}", content=content, headers={**self.bearer, **named})

    async def create(self, title: str = "Water the plants", **fields: Any) -> dict[str, Any]:
        answer = await self.call("POST", "/tasks", {"title": title, **fields})
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def act(self, verb: str, task: dict[str, Any], body: Any = None) -> dict[str, Any]:
        answer = await self.call("POST", f"/tasks/{task['id']}/{verb}", body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def read(self, task: dict[str, Any]) -> dict[str, Any]:
        answer = await self.call("GET", f"/tasks/{task['id']}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def listed(self, query: str = "") -> list[dict[str, Any]]:
        answer = await self.call("GET", f"/tasks{query}")
        assert answer.status_code == 200, answer.text
        return answer.json()["items"]


@dataclass
class RecurringTaskService:
    """Asks for the next occurrence as recurring-task-service does."""

    inner: httpx.AsyncClient
    tokens: ServiceTokens

    async def advance(self, person: Person, task: dict[str, Any], date: str | None, **changes: Any) -> httpx.Response:
        body: dict[str, Any] = {
            "predecessor_id": task["id"],
            "predecessor_version": task["version"],
            "series_version": 1,
            "next": date and {"occurrence_key": date, "date": date, "time": None, "time_zone": None},
            "end_reason": None if date else "count",
            "passed_over": 0,
            "causation_id": None,
            **changes,
        }
        return await self.inner.post(
            f"/internal/users/{person.id}/series/{task['series_id']}/advance",
            json=body,
            headers={HEADER: self.tokens.mint("todo-backend", person.id)},
        )


@dataclass
class Database:
    """Looks into the tables as their owner."""

    url: str

    def rows(self, statement: str, *parameters: Any) -> list[dict[str, Any]]:
        with psycopg.connect(self.url, row_factory=dict_row, autocommit=True) as connection:
            cursor = connection.execute(statement, parameters)
            return cursor.fetchall() if cursor.description else []

    def events(self, *types: str) -> list[dict[str, Any]]:
        """The events of the ledger in publishing order, all or those of some short types (`task.created`)."""
        found = self.rows("SELECT l.record FROM tasks.pending p JOIN tasks.ledger l USING (event_id) ORDER BY p.seq")
        events = [json.loads(bytes(r["record"])) for r in found]
        return [e for e in events if not types or e["type"].removeprefix("todo.").removesuffix(".v1") in types]
