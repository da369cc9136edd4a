"""Seals: what a superuser does to history shows, whatever it is, and whatever they do to the seals themselves."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import orjson
import psycopg
import pytest
from audit_service.bootstrap import Process
from audit_service.domain.seals import NOTHING_BEFORE, Seal, SealKey
from audit_service.storage import positions
from audit_service.storage.schema import SCHEMA
from audit_service.sweeps import seal as sealing
from dapr_edge.service_tokens import ServiceTokens
from event_contracts.identifiers import uuid7
from event_contracts.operators import OPERATOR
from local_runtime.keys import Keys
from local_runtime.testing import Postgres
from prometheus_client import REGISTRY
from psycopg import sql

from .conftest import records, task_event

pytestmark = pytest.mark.integration
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


async def test_an_edit_of_any_column_is_found(sealed: list[Any], superuser: psycopg.Connection[Any], ask: Ask) -> None:
    columns = superuser.execute(
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = %s"
        " AND table_name = 'entries'", (SCHEMA,)
    ).fetchall()  # fmt: skip
    other = {"uuid": "gen_random_uuid()", "text": "'x'", "bigint": "99", "integer": "99", "bytea": "sha256('x')",
             "timestamp with time zone": "now() - interval '1 hour'"}  # fmt: skip
    edited = [(name, kind) for name, kind in columns if name not in ("event_id", "position")]
    assert len(edited) == 18
    for name, kind in edited:
        before = superuser.execute(f"SELECT {name} FROM audit.entries WHERE event_id = %s", (sealed[6],)).fetchone()
        superuser.execute(f"UPDATE audit.entries SET {name} = {other[kind]} WHERE event_id = %s", (sealed[6],))
        assert ("entries_changed", 2) in await found(ask), name
        assert before is not None
        superuser.execute(f"UPDATE audit.entries SET {name} = %s WHERE event_id = %s", (before[0], sealed[6]))
    assert await found(ask) == []


async def test_an_edit_of_a_record_is_found_and_names_it(
    sealed: list[Any], superuser: psycopg.Connection[Any], ask: Ask
) -> None:
    superuser.execute("UPDATE audit.payloads SET record = record || ' ' WHERE event_id = %s", (sealed[0],))
    superuser.execute("DELETE FROM audit.payloads WHERE event_id = %s", (sealed[11],))
    findings = (await ask("GET", "/verify"))["findings"]
    assert [(one["code"], one["seal"]) for one in findings] == [("record_damaged", 1), ("record_damaged", 3)]
    assert str(sealed[0]) in findings[0]["says"]
    assert str(sealed[11]) in findings[1]["says"]


async def test_a_deletion_is_found(sealed: list[Any], superuser: psycopg.Connection[Any], ask: Ask) -> None:
    superuser.execute("DELETE FROM audit.entries WHERE event_id = %s", (sealed[7],))
    superuser.execute("DELETE FROM audit.payloads WHERE event_id = %s", (sealed[7],))
    assert await found(ask) == [("entries_gone", 2)]


INSERT_COPY = """
WITH copied AS (
  INSERT INTO audit.entries (event_id, topic, type, user_id, occurred_at, digest, source_partition, source_offset,
    position)
  SELECT %(id)s, topic, type, user_id, occurred_at, digest, source_partition, 77, %(position)s FROM audit.entries
  WHERE event_id = %(like)s RETURNING event_id)
INSERT INTO audit.payloads (event_id, record) SELECT %(id)s, record FROM audit.payloads WHERE event_id = %(like)s"""


async def test_an_insertion_is_found_wherever_it_is_put(
    sealed: list[Any], superuser: psycopg.Connection[Any], ask: Ask
) -> None:
    for position, finding in ((8, ("entries_added", 2)), (-5, ("entries_added", 3)), (500, ("entries_added", 3))):
        invented = uuid7()
        superuser.execute(INSERT_COPY, {"id": invented, "like": sealed[7], "position": position})
        assert await found(ask) == [finding], position
        superuser.execute("DELETE FROM audit.entries WHERE event_id = %s", (invented,))


async def test_a_swap_is_found(sealed: list[Any], superuser: psycopg.Connection[Any], ask: Ask) -> None:
    swap = "UPDATE audit.entries SET position = 17 - position WHERE position IN (8, 9)"
    superuser.execute(swap)
    assert await found(ask) == [("entries_changed", 2)]
    superuser.execute(swap)
    superuser.execute("UPDATE audit.entries SET event_id = %s WHERE event_id = %s", (uuid7(), sealed[3]))
    assert ("entries_changed", 1) in await found(ask), "an entry in the place of another"


async def test_a_whole_chain_written_anew_is_found(
    sealed: list[Any], superuser: psycopg.Connection[Any], process: Process, ask: Ask, tmp_path: Path
) -> None:
    """The superuser deletes an entry, computes every seal again and signs them with a key of their own."""
    superuser.execute("DELETE FROM audit.entries WHERE event_id = %s", (sealed[7],))
    superuser.execute("DELETE FROM audit.payloads WHERE event_id = %s", (sealed[7],))
    forger, previous = SealKey(Keys(tmp_path / "forged").seal_key), NOTHING_BEFORE
    rows = superuser.execute("SELECT number, statement FROM audit.seals ORDER BY number").fetchall()
    for number, statement in rows:
        old = orjson.loads(bytes(statement))
        async with process.pool.connection() as connection:
            lines = await positions.read_lines(connection, old["first"], old["last"])
        anew = {**old, "count": lines.count, "digest": lines.digest, "previous": previous}
        signed = forger.sign(Seal(**anew))
        previous = signed.digest
        superuser.execute(
            "UPDATE audit.seals SET statement = %s, signature = %s WHERE number = %s",
            (signed.statement, signed.signature, number),
        )
    # Seal 1 says what it said, in another signature.
    assert await found(ask) == [("seal_differs", 1), ("seal_differs", 2), ("entries_gone", 2), ("seal_differs", 3)]
    refused = await ask("POST", "", 409)
    assert refused["code"] == "sealing_refused"


async def test_a_chain_that_the_sealer_was_tricked_to_write_anew_is_found(
    sealed: list[Any], superuser: psycopg.Connection[Any], process: Process, ask: Ask
) -> None:
    """The superuser takes the seals away together with an entry, hoping that the sealer seals what is left."""
    superuser.execute("DELETE FROM audit.entries WHERE event_id = %s", (sealed[7],))
    superuser.execute("DELETE FROM audit.payloads WHERE event_id = %s", (sealed[7],))
    superuser.execute("DELETE FROM audit.seals WHERE number >= 2")
    assert await found(ask) == [("seal_missing", 2), ("entries_gone", 2), ("seal_missing", 3)]
    await process.consumer.handle(records(task_event(uuid7(), uuid7(), 1)))
    assert (await ask("POST", ""))["number"] == 4
    assert await found(ask) == [("entries_gone", 2)], "the published seals are back, and say what they said"


async def test_a_forged_or_broken_publication_is_found(
    sealed: list[Any], file: Publication, ask: Ask, tmp_path: Path
) -> None:
    lines = file.lines()
    assert len(lines) == 3
    forger = SealKey(Keys(tmp_path / "forged").seal_key)
    last = orjson.loads(orjson.loads(lines[2])["seal"])
    file.become([*lines[:2], forger.sign(Seal(**last)).line()])
    assert {"seal_differs", "not_signed"} <= {code for code, _ in await found(ask)}
    file.become(lines[1:])
    assert ("not_published", 1) in await found(ask)
    file.become([lines[0], b"nonsense\n", lines[2]])
    assert ("file_unreadable", 0) in await found(ask)
    file.become([])
    assert ("not_published", 3) in await found(ask)
    await ask("POST", "", 409)
    file.become(lines)
    assert (await found(ask), (await ask("POST", ""))["number"]) == ([], 3)


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
