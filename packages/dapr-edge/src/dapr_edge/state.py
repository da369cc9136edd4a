"""Values in a Dapr state store, over the sidecar's HTTP API: read with an ETag, written only over what was read."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx
import orjson
from opentelemetry import propagate

from dapr_edge.errors import StateConflict, StateUnavailable

DEADLINE_SECONDS = 2.0
AT_ONCE = 32
"""Requests under way at the same time. The others wait here: in the sidecar and before its database they would wait
within their deadline, and hundreds at once would be given up together."""
ATTEMPTS = 12
BACK_OFF_SECONDS = 0.01
_EXISTS = b"no item was updated"
"""How the PostgreSQL component refuses a first write over a value that is there already (daprd 1.18)."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A value as it was read. `etag` None: there was none."""

    value: Any
    etag: str | None


class StateStore:
    """One state store component. The keys are this app's own: Dapr puts the app-id before them."""

    def __init__(self, dapr_http_port: int, dapr_api_token: str, name: str = "statestore") -> None:
        self._name = name
        self._client = httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{dapr_http_port}/v1.0/state",
            headers={"dapr-api-token": dapr_api_token},
            timeout=DEADLINE_SECONDS,
        )
        self._room = asyncio.Semaphore(AT_ONCE)

    async def get(self, key: str) -> Stored:
        """Return the JSON value of a key, None where there is none. Raises StateUnavailable."""
        answer = await self._ask("GET", f"/{self._name}/{quote(key, safe='')}", params={"consistency": "strong"})
        if answer.status_code == 204 or not answer.content:
            return Stored(None, None)
        if answer.status_code != 200:
            raise StateUnavailable(f"status {answer.status_code}")
        return Stored(orjson.loads(answer.content), answer.headers.get("etag"))

    async def save(self, key: str, value: Any, etag: str | None, ttl_seconds: int) -> None:
        """Write a value where it is still the one with this ETag (None: where there is none yet).

        Raises StateConflict when it is not, StateUnavailable when nothing is known to be written.
        """
        item = {
            "key": key,
            "value": value,
            "options": {"concurrency": "first-write", "consistency": "strong"},
            "metadata": {"ttlInSeconds": str(ttl_seconds)},
        }
        if etag is not None:
            item["etag"] = etag
        answer = await self._ask("POST", f"/{self._name}", content=orjson.dumps([item]))
        if answer.status_code == 409 or (answer.status_code == 500 and _EXISTS in answer.content):
            raise StateConflict(key)
        if not answer.is_success:
            raise StateUnavailable(f"status {answer.status_code}")

    async def change(self, key: str, change: Callable[[Any], Any], ttl_seconds: int) -> Any:
        """Apply a change to what is stored now, and return what was there before; None from `change` writes nothing.

        `change` is called again when somebody else has written meanwhile. Raises StateConflict when that never ends,
        StateUnavailable, and what `change` raises.
        """
        for attempt in range(ATTEMPTS):
            stored = await self.get(key)
            after = change(stored.value)
            if after is None:
                return stored.value
            try:
                await self.save(key, after, stored.etag, ttl_seconds)
            except StateConflict:
                await asyncio.sleep(random.uniform(0, BACK_OFF_SECONDS * (attempt + 1)))  # noqa: S311 - only spreads
                continue
            return stored.value
        raise StateConflict(key)

    async def close(self) -> None:
        """Close the connections to the sidecar."""
        await self._client.aclose()

    async def _ask(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        headers = {"content-type": "application/json"}
        propagate.inject(headers)
        try:
            async with self._room:
                return await self._client.request(method, path, headers=headers, **arguments)
        except httpx.HTTPError as error:
            raise StateUnavailable(type(error).__name__) from error
