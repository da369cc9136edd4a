"""One person's channels through the internal door, with the token that todo-backend would show."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
from dapr_edge.service_tokens import HEADER, ServiceTokens
from event_contracts.identifiers import uuid7
from event_contracts.operators import OPERATOR
from local_runtime.keys import Keys
from notification_service.bootstrap import Process

APP_TOKEN = "app-token-of-the-test"
Document = dict[str, Any]


@dataclass(slots=True)
class Person:
    """Somebody and the door."""

    user: UUID
    http: httpx.AsyncClient
    tokens: ServiceTokens

    def other(self) -> Person:
        """Somebody else at the same door."""
        return Person(uuid7(), self.http, self.tokens)

    async def ask(self, method: str, path: str = "", json: Any = None, **more: Any) -> httpx.Response:
        token = {HEADER: self.tokens.mint("notification-service", self.user)}
        return await self.http.request(
            method, f"/internal/users/{self.user}/channels{path}", json=json, headers=token, **more
        )

    async def add(self, **channel: Any) -> Document:
        answer = await self.ask("POST", json={"name": "Mine", **channel})
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def webhook(self, url: str, **more: Any) -> Document:
        return await self.add(kind="webhook", url=url, **more)

    async def channel(self, identity: str) -> Document:
        items = (await self.ask("GET")).json()["items"]
        return next(one for one in items if one["id"] == identity)

    async def log(self, identity: str) -> list[Document]:
        return (await self.ask("GET", f"/{identity}/deliveries")).json()["items"]

    async def test(self, identity: str) -> Document:
        answer = await self.ask("POST", f"/{identity}/test")
        assert answer.status_code == 200, answer.text
        return answer.json()


@asynccontextmanager
async def at_the_door(process: Process, keys: Keys, user: UUID | None = None) -> AsyncIterator[Person]:
    """Somebody at the inner door of a process."""
    caller = "todo-backend"
    tokens = ServiceTokens(caller, keys.service_key(caller), keys.service_keys)
    transport = httpx.ASGITransport(process.inner)
    headers = {"dapr-api-token": APP_TOKEN}
    async with httpx.AsyncClient(transport=transport, base_url="http://inner", headers=headers) as http:
        yield Person(user or uuid7(), http, tokens)


@asynccontextmanager
async def as_operator(process: Process, keys: Keys) -> AsyncIterator[httpx.AsyncClient]:
    """An operator at the inner door."""
    token = ServiceTokens(OPERATOR, keys.service_key(OPERATOR), keys.service_keys).mint("notification-service", None)
    headers = {"dapr-api-token": APP_TOKEN, HEADER: token}
    transport = httpx.ASGITransport(process.inner)
    async with httpx.AsyncClient(transport=transport, base_url="http://inner", headers=headers) as http:
        yield http
