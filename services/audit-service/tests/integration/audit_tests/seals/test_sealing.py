"""Sealing: what comes late, is being written, or meets a crash, a restore or another sealer."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import psycopg
import pytest
from audit_service.bootstrap import Process
from audit_service.storage.schema import SCHEMA
from audit_service.sweeps import seal as sealing
from event_contracts.identifiers import uuid7
from local_runtime.testing import Postgres
from prometheus_client import REGISTRY
from psycopg import sql

from audit_tests.conftest import records, task_event

from .conftest import EACH, Ask, Publication, found

pytestmark = pytest.mark.integration


async def test_an_entry_that_comes_late_is_in_a_later_seal(sealed: list[Any], process: Process, ask: Ask) -> None:
    early = sealed[0].int - (60_000 << 80)
    late = task_event(uuid7(), uuid7(), 1, event_id=type(sealed[0])(int=early))
    await process.consumer.handle(records(late))
    verified = await ask("GET", "/verify")
    assert (verified["findings"], verified["unsealed"]) == ([], 1)
    assert (await ask("POST", ""))["number"] == 4
    verified = await ask("GET", "/verify", after=3)
    assert (verified["findings"], verified["entries"], verified["unsealed"]) == ([], 1, 0)


async def test_what_is_being_written_is_waited_for_and_nobody_waits_for_the_sealer(
    sealed: list[Any], process: Process, migrated: Postgres, ask: Ask
) -> None:
    async with await psycopg.AsyncConnection.connect(migrated.app_url(SCHEMA)) as slow:
        await slow.execute("SELECT set_config('timezone', 'UTC', false)")
        await slow.execute(
            "INSERT INTO audit.entries (event_id, topic, type, occurred_at, digest, source_partition, source_offset)"
            " VALUES (%s, 't', 'x', now(), 'd', 0, 0)",
            (uuid7(),),
        )
        round_ = asyncio.create_task(ask("POST", ""))
        await process.consumer.handle(records(task_event(uuid7(), uuid7(), 1)))
        assert not round_.done()
        await slow.rollback()
        made = await round_
    assert made["position"] >= 13
    assert await found(ask) == []
    assert (await ask("POST", ""))["position"] == 14
    assert await found(ask) == []


async def test_a_crash_between_file_and_database_is_mended(
    sealed: list[Any], file: Publication, superuser: psycopg.Connection[Any], process: Process, ask: Ask
) -> None:
    superuser.execute("DELETE FROM audit.seals WHERE number = 3")
    file.become([*file.lines(), b'{"seal": "{half a line'])
    await process.consumer.handle(records(task_event(uuid7(), uuid7(), 1)))
    assert (await ask("POST", ""))["number"] == 4
    assert await found(ask) == []
    assert superuser.execute("SELECT array_agg(number ORDER BY number) FROM audit.seals").fetchone() == ([1, 2, 3, 4],)


async def test_a_database_that_was_put_back_is_not_sealed_again(
    sealed: list[Any], superuser: psycopg.Connection[Any], ask: Ask
) -> None:
    superuser.execute("DELETE FROM audit.seals WHERE number > 1")
    superuser.execute("DELETE FROM audit.entries WHERE position > 5")
    superuser.execute("SELECT setval('audit.positions', 5)")
    assert (await ask("POST", "", 409))["code"] == "sealing_refused"
    assert ("database_behind", 3) in await found(ask)


@pytest.mark.parametrize("half", ["entries", "payloads"])
async def test_a_database_that_was_put_back_in_part_is_not_sealed_again(
    sealed: list[Any], superuser: psycopg.Connection[Any], ask: Ask, half: str
) -> None:
    """The numbers of positions go on, so that they alone would not tell."""
    last = sql.SQL("DELETE FROM audit.{} WHERE event_id = %s").format(sql.Identifier(half))
    assert superuser.execute(last, (sealed[-1],)).rowcount == 1
    refused = await ask("POST", "", 409)
    assert (refused["code"], "in part" in refused["title"]) == ("sealing_refused", True), refused
    assert REGISTRY.get_sample_value("audit_sealing_refused") == 1


async def test_one_of_many_sealers_works_at_a_time(
    sealed: list[Any], process: Process, file: Publication, ask: Ask
) -> None:
    await process.consumer.handle(records(*(task_event(uuid7(), uuid7(), 1) for _ in range(23))))
    await asyncio.gather(*(ask("POST", "") for _ in range(8)))
    assert file.numbers() == list(range(1, 9))
    assert await found(ask) == []


async def test_a_backlog_is_sealed_with_rests_until_an_operator_asks(
    sealed: list[Any], process: Process, file: Publication, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "REST", 1e6)
    await process.consumer.handle(records(*(task_event(uuid7(), uuid7(), 1) for _ in range(5 * EACH))))
    round_ = asyncio.create_task(process.sealer.step())
    assert await asyncio.wait({round_}, timeout=1) == (set(), {round_}), "all would be sealed long since"
    assert file.numbers() == [1, 2, 3, 4]
    assert (await ask("POST", ""))["number"] == 8
    await round_
    assert file.numbers() == list(range(1, 9))
    assert await found(ask) == []


async def test_only_operators_ask_and_only_the_service_adds(
    sealed: list[Any], inner: httpx.AsyncClient, migrated: Postgres, backend_token: Any, file: Publication
) -> None:
    for headers in ({}, backend_token(None)):
        for method, path in (("POST", ""), ("GET", "/verify")):
            assert (await inner.request(method, f"/operations/seals{path}", headers=headers)).status_code == 401
    with psycopg.connect(migrated.app_url(SCHEMA), autocommit=True) as role:
        for statement in ("UPDATE audit.seals SET signature = ''", "DELETE FROM audit.seals", "TRUNCATE audit.seals",
                          "SELECT setval('audit.positions', 1)"):  # fmt: skip
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                role.execute(statement)
    assert file.path.stat().st_mode & 0o022 == 0
