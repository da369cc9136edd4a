"""`todo-ops` against the services' real inner doors, each on a port of its own; rows that are broken for a while."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from typing import Any

import psycopg
import pytest
from event_contracts.apps import APPS
from event_contracts.operators import OPERATOR
from local_runtime.keys import Keys
from local_runtime.testing import answering
from psycopg import sql
from todo_ops.__main__ import run
from todo_ops.services import Services

from tests.contract.wiring import APP_TOKEN, World

OFFSET = int(os.environ.get("TODO_TEST_OFFSET", "10000")) + 150
"""Beside the ports of a platform that another session runs there."""
FINE, WRONG = 0, 1


class Operator:
    """Runs commands; what they print is their answer."""

    def __init__(self, keys: Keys, said: pytest.CaptureFixture[str]) -> None:
        self._keys = keys
        self._where = ["--keys", str(keys.folder), "--offset", str(OFFSET)]
        self._said = said

    def services(self) -> Services:
        """Return what commands are made of."""
        return Services.with_keys(self._keys.folder, OFFSET)

    async def say(self, *words: str, expect: int = FINE) -> str:
        """Run a command and return what it printed; `expect` is the exit code that the test relies on."""
        self._said.readouterr()
        code = await asyncio.to_thread(run, [*words, *self._where])
        said = self._said.readouterr()
        assert code == expect, (code, said.out, said.err)
        return said.out

    async def told(self, *words: str, expect: int = FINE) -> Any:
        return json.loads(await self.say(*words, "--json", expect=expect))


@asynccontextmanager
async def operator_of(
    world: World, keys: Keys, said: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Operator]:
    """Serve the inner doors, and hand out somebody who holds the operators' key."""
    _ = keys.service_key(OPERATOR), keys.service_keys
    monkeypatch.setenv("APP_API_TOKEN", APP_TOKEN)
    async with AsyncExitStack() as stack:
        for app_id, app in world.inner_apps.items():
            await stack.enter_async_context(answering(app, APPS[app_id].at(OFFSET).app_port))
        yield Operator(keys, said)


@contextmanager
def broken(
    store: psycopg.Connection[Any], table: str, where: tuple[str, Any], column: str, value: str
) -> Iterator[None]:
    """While it lasts, a row of a table says something else; afterwards it is as it was."""
    name, key, one = _name(table), sql.Identifier(where[0]), sql.Identifier(column)
    asked = store.execute(sql.SQL("SELECT {}::text FROM {} WHERE {} = %s").format(one, name, key), (where[1],))
    [(before,)] = asked.fetchall()
    kind = store.execute(sql.SQL("SELECT pg_typeof({}) FROM {} LIMIT 1").format(one, name)).fetchone()[0]
    update = sql.SQL("UPDATE {} SET {} = {} WHERE {} = %s")
    store.execute(update.format(name, one, sql.SQL(value), key), (where[1],))
    try:
        yield
    finally:
        store.execute(update.format(name, one, sql.SQL("%s::" + kind), key), (before, where[1]))


@contextmanager
def missing(store: psycopg.Connection[Any], table: str, where: tuple[str, Any]) -> Iterator[None]:
    """While it lasts, a row is not there."""
    name, key = _name(table), sql.Identifier(where[0])
    store.execute(sql.SQL("CREATE TEMP TABLE kept AS SELECT * FROM {} WHERE {} = %s").format(name, key), (where[1],))
    store.execute(sql.SQL("DELETE FROM {} WHERE {} = %s").format(name, key), (where[1],))
    try:
        yield
    finally:
        store.execute(sql.SQL("INSERT INTO {} SELECT * FROM kept").format(name))
        store.execute("DROP TABLE kept")


def _name(table: str) -> sql.Identifier:
    return sql.Identifier(*table.split("."))
