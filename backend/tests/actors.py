"""Those who use the backend in tests: a person, recurring-task-service, and one who looks into the tables."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo

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


class StateApi:
    """Stands for the sidecar's state API in tests that run no sidecar: ETags and answers as daprd 1.18 gives them."""

    def __init__(self) -> None:
        self.values: dict[str, tuple[Any, str]] = {}
        self.away = False
        self.writes = 0
        self.before_write: list[Callable[[], None]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if self.away:
            raise httpx.ConnectError("no sidecar")
        if request.method == "GET":
            key = unquote(request.url.raw_path.decode().split("?")[0].rsplit("/", 1)[1])
            if key not in self.values:
                return httpx.Response(204)
            value, etag = self.values[key]
            return httpx.Response(200, json=value, headers={"etag": etag})
        if self.before_write:
            self.before_write.pop()()
        [item] = json.loads(request.content)
        there = self.values.get(item["key"])
        if there is not None and "etag" not in item:
            return httpx.Response(500, json={"errorCode": "ERR_STATE_SAVE", "message": "no item was updated"})
        if (there and there[1]) != item.get("etag"):
            return httpx.Response(409, json={"errorCode": "ERR_STATE_SAVE"})
        self.writes += 1
        self.values[item["key"]] = (item["value"], f"e{self.writes}")
        return httpx.Response(204)


@dataclass
class Chat:
    """One conversation of a person, as a stock AI SDK client has it."""

    person: Person
    id: str = "c1"
    sent: int = 0

    async def post(self, text: str, message_id: str | None = None, **more: Any) -> httpx.Response:
        self.sent += 1
        message = {
            "id": message_id or f"m{self.sent}",
            "role": "user",
            "parts": [{"type": "text", "text": text}],
            "metadata": {"extra": 1},
        }
        body = {"id": self.id, "trigger": "submit-message", "messages": [message], **more}
        # With escapes, as JavaScript writes them: half of a surrogate pair can be sent, too.
        return await self.person.api.post(
            f"{self.person.path}/chat",
            content=json.dumps(body),
            headers={**self.person.bearer, "content-type": "application/json"},
        )

    async def say(self, text: str, message_id: str | None = None, **more: Any) -> list[dict[str, Any]]:
        """Send a line and return the parts of the stream."""
        answer = await self.post(text, message_id, **more)
        assert answer.status_code == 200, answer.text
        return parts_of(answer)


def parts_of(answer: httpx.Response) -> list[dict[str, Any]]:
    """Return the parts of an AI SDK UI message stream, which must end as one."""
    assert answer.headers["x-vercel-ai-ui-message-stream"] == "v1"
    assert answer.headers["content-type"].startswith("text/event-stream")
    *frames, rest = answer.text.split("\n\n")
    assert rest == ""
    assert all(f.startswith("data: ") for f in frames)
    assert frames[-1] == "data: [DONE]"
    return [json.loads(f.removeprefix("data: ")) for f in frames[:-1]]


def text_of(parts: list[dict[str, Any]]) -> str:
    return "".join(p["delta"] for p in parts if p["type"] == "text-delta")


def today() -> dt.date:
    """Return the day of the people here, who live in Berlin."""
    return dt.datetime.now(ZoneInfo("Europe/Berlin")).date()
