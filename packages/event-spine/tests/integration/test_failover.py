"""A real failover: a standby of a real primary is promoted, and what relays then make of it."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from event_spine.adopting import BEGINNING, adopt_part, bound, preview
from event_spine.identity import read_identity
from event_spine.lease import Lease
from event_spine.partitions import partition_functions_ddl
from event_spine.relay import Relay, RelaySettings
from event_spine.relay_acts import Operator
from event_spine.tables import LEDGER, ledger_ddl, operator_acts_ddl
from local_runtime import ports
from local_runtime.postgres import UNDURABLE, Cluster, as_server_user, binaries
from psycopg_pool import AsyncConnectionPool

from .conftest import SCHEMA, append, entry, until
from .test_relay import Broker

pytestmark = pytest.mark.integration
NOW = datetime.now(UTC)


@dataclass(frozen=True)
class Pair:
    """A primary and its standby, which is promoted by `fail_over`."""

    primary: Cluster
    standby: Cluster

    @property
    def either(self) -> str:
        """The address by which clients find whichever of the two takes writes."""
        return (
            f"host=127.0.0.1,127.0.0.1 port={self.primary.port},{self.standby.port} user=postgres"
            f" password={self.primary.password} dbname=postgres target_session_attrs=read-write"
        )

    def fail_over(self) -> None:
        self.primary.stop()
        with psycopg.connect(self.standby.superuser_url, autocommit=True) as connection:
            assert connection.execute("SELECT pg_promote()").fetchone() == (True,)


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    primary = Cluster(tmp_path / "primary", ports.any_free(), "secret", dict(UNDURABLE))
    standby = Cluster(tmp_path / "standby", ports.any_free(), "secret", dict(UNDURABLE))
    try:
        primary.start()
        with psycopg.connect(primary.superuser_url, autocommit=True) as connection:
            connection.execute(f"CREATE SCHEMA {SCHEMA}")
            for statement in (
                *ledger_ddl(SCHEMA, "postgres"),
                *operator_acts_ddl(SCHEMA, "postgres"),
                *partition_functions_ddl(SCHEMA, "postgres", (LEDGER,)),
            ):
                connection.execute(statement)
        copy = [binaries() / "pg_basebackup", "-R", "-X", "stream", "-c", "fast", "-D", standby.data]
        subprocess.run(as_server_user([*copy, "-d", primary.superuser_url]), check=True, capture_output=True)
        standby.start()
        yield Pair(primary, standby)
    finally:
        primary.stop()
        standby.stop()


async def test_a_leading_relay_steps_down_after_a_failover_and_goes_on_when_it_was_adopted(pair: Pair) -> None:
    """The control file tells the old timeline until the checkpoint that a promotion does not wait for."""
    await _refuses_a_standby(pair)
    broker = Broker()
    relay = Relay(RelaySettings(pair.either, SCHEMA, "spine_pending", "one"), broker)
    stop = asyncio.Event()
    task = asyncio.create_task(relay.run(stop))
    try:
        async with AsyncConnectionPool(pair.primary.superuser_url, min_size=1, max_size=2, open=False) as pool:
            await append(pool, entry("a", 1), entry("a", 2))
            await until(lambda: _is(len(broker.taken) == 2))
            await until(lambda: _replayed(pair))
        pair.fail_over()
        async with AsyncConnectionPool(pair.standby.superuser_url, min_size=1, max_size=2, open=False) as pool:
            async with pool.connection() as connection:
                assert (await read_identity(connection)).timeline_id == 2
            await append(pool, entry("a", 3))
            await until(lambda: _is(relay.refused_database is not None))
            assert not relay.is_leading
            assert len(broker.taken) == 2, "nothing is published before an operator has decided"

            async with pool.connection() as connection:
                told = await preview(connection, SCHEMA, bound(None, NOW))
            assert told.is_foreign
            assert [(one.topic, one.count) for one in told.resent] == [("task-events", 3)]
            shown = (str(told.stored), str(told.found))
            part = await adopt_part(pool, SCHEMA, shown, (bound(None, NOW), BEGINNING), Operator("ada", "a test"))
            assert (part.outcome, part.requeued) == ("adopted", 3)
            await until(lambda: _is(len(broker.taken) == 5))
            assert relay.refused_database is None
            keys = [e.event_id for e in broker.taken]
            assert keys[2:4] == keys[:2], "resent in their order, and the new one after them"
            again = await adopt_part(pool, SCHEMA, shown, None, Operator("ada"))
            assert again.outcome == "changed"
    finally:
        stop.set()
        await task


async def _refuses_a_standby(pair: Pair) -> None:
    lease = Lease(pair.standby.superuser_url, SCHEMA, "one")
    for _ in range(2):
        with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState):
            await lease.acquire()
    await lease.close()


async def _replayed(pair: Pair) -> bool:
    with psycopg.connect(pair.primary.superuser_url) as primary, psycopg.connect(pair.standby.superuser_url) as standby:
        written: Any = primary.execute("SELECT pg_current_wal_lsn()").fetchone()
        row: Any = standby.execute("SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn", written).fetchone()
    return bool(row[0])


async def _is(fact: bool) -> bool:
    return fact
