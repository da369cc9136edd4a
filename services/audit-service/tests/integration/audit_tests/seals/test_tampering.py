"""Seals: what a superuser does to history shows, whatever it is, and whatever they do to the seals themselves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import psycopg
import pytest
from audit_service.bootstrap import Process
from audit_service.domain.seals import NOTHING_BEFORE, Seal, SealKey
from audit_service.storage import positions
from audit_service.storage.schema import SCHEMA
from event_contracts.identifiers import uuid7
from local_runtime.keys import Keys

from audit_tests.conftest import records, task_event

from .conftest import Ask, Publication, found

pytestmark = pytest.mark.integration


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
