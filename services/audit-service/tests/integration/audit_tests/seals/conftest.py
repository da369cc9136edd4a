"""Twelve sealed entries, their file, and a superuser who may do anything to both."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import orjson
import psycopg
import pytest
from audit_service.bootstrap import Process
from audit_service.sweeps import seal as sealing
from dapr_edge.service_tokens import ServiceTokens
from event_contracts.identifiers import uuid7
from event_contracts.operators import OPERATOR
from local_runtime.keys import Keys
from local_runtime.testing import Postgres

from audit_tests.conftest import records, task_event

Ask = Callable[..., Awaitable[Any]]
EACH = 5


@pytest.fixture(autouse=True)
def small_ranges(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "MOST_PER_SEAL", EACH)


@pytest.fixture
def superuser(migrated: Postgres, owner: psycopg.Connection[Any]) -> Iterator[psycopg.Connection[Any]]:
    owner.execute("ALTER SEQUENCE audit.positions RESTART")
    with psycopg.connect(migrated.superuser_database_url, autocommit=True) as connection:
        yield connection


class Publication:
    """The file of seals in a superuser's or an operator's hand."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def lines(self) -> list[bytes]:
        return self.path.read_bytes().splitlines(keepends=True)

    def become(self, lines: list[bytes]) -> None:
        self.path.write_bytes(b"".join(lines))

    def numbers(self) -> list[int]:
        return [orjson.loads(orjson.loads(line)["seal"])["number"] for line in self.lines()]


@pytest.fixture
def file(tmp_path: Path) -> Publication:
    return Publication(tmp_path / "seals" / "audit.ndjson")


@pytest.fixture
def ask(inner: httpx.AsyncClient, keys: Keys) -> Ask:
    tokens = ServiceTokens(OPERATOR, keys.service_key(OPERATOR), keys.service_keys)

    async def asked(method: str, path: str, expect: int = 200, **query: Any) -> Any:
        headers = {"x-service-token": tokens.mint("audit-service", None)}
        answer = await inner.request(method, f"/operations/seals{path}", params=query, headers=headers)
        assert answer.status_code == expect, answer.text
        return answer.json()

    return asked


@pytest.fixture
async def sealed(superuser: psycopg.Connection[Any], process: Process, ask: Ask) -> list[Any]:
    """Twelve entries in three seals; returns their ids by position."""
    # The loop seals at its start: let that be over before there is anything.
    assert (await ask("POST", ""))["position"] == 0
    for _ in range(12):
        await process.consumer.handle(records(task_event(uuid7(), uuid7(), 1)))
    made = await ask("POST", "")
    assert (made["position"], made["highest"], made["number"]) == (12, 12, 3)
    verified = await ask("GET", "/verify")
    assert (verified["through"], verified["entries"], verified["findings"], verified["more"]) == (3, 12, [], False)
    return [row[0] for row in superuser.execute("SELECT event_id FROM audit.entries ORDER BY position")]


async def found(ask: Ask) -> list[tuple[str, int]]:
    return [(one["code"], one["seal"]) for one in (await ask("GET", "/verify"))["findings"]]
