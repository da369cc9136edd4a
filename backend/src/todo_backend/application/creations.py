"""Creations that come together are committed together: one transaction, one statement, whatever their number.

While a batch is at the database the next creations queue, and go as the next batch, ten milliseconds after the last one
at the earliest; with nobody else about, a batch is one creation and waits for nothing. A batch in which anything is
refused or fails is rolled back and each of its creations is executed alone, so that one bad act fails by itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import logging
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

import psycopg
from event_contracts.identifiers import NewId
from psycopg_pool import PoolTimeout
from service_kit.database import Pool

from todo_backend.accounts.domain import Account
from todo_backend.application import statements
from todo_backend.application.change import Answer, Command, Context, Loaded
from todo_backend.application.conclude import conclude
from todo_backend.application.rows import account_of
from todo_backend.application.table import SCHEMA
from todo_backend.application.tail import Done, tail
from todo_backend.errors import Overloaded, StoreUnavailable

logger = logging.getLogger(__name__)

MOST_WAITING = 1000
MOST_TOGETHER = 100
PACE_SECONDS = 0.01
"""Batches start so far apart at least, so that under load more go together; after a pause nothing is waited for."""
LANES = 4
PATIENCE_SECONDS = 0.05
"""A further batch starts beside those at the database only when the last one has been there for so long."""

Connection = psycopg.AsyncConnection[Any]


class AfterCommit(Protocol):
    """Told of each committed change: the relay is woken and live connections look."""

    def __call__(self, user_id: UUID, counter: int | None) -> None:
        """Return at once and never fail."""
        ...


class _Apart(Exception):
    """This batch cannot be committed as one."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    command: Command
    answer: asyncio.Future[Answer]

    def tell(self, answer: Answer) -> None:
        """Answer who waits, unless they are gone."""
        if not self.answer.done():
            self.answer.set_result(answer)

    def refuse(self, error: Exception) -> None:
        """Raise in who waits, unless they are gone."""
        if not self.answer.done():
            self.answer.set_exception(error)


class Creations:
    """Executes commands that `may_share`; `alone` executes one of them by itself."""

    def __init__(
        self, pool: Pool, after_commit: AfterCommit, new_id: NewId, alone: Callable[[Command], Awaitable[Answer]]
    ) -> None:
        self._pool = pool
        self._after_commit = after_commit
        self._new_id = new_id
        self._alone = alone
        self._queue: deque[_Waiting] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self._running = 0
        self._started = 0.0

    async def execute(self, command: Command) -> Answer:
        """Do one creation, wholly or not at all. Raises what `alone` raises, and Overloaded when too many wait."""
        if len(self._queue) >= MOST_WAITING:
            raise Overloaded
        loop = asyncio.get_running_loop()
        waiting = _Waiting(command, loop.create_future())
        self._queue.append(waiting)
        if self._running == 0:
            self._start()
        elif len(self._queue) == 1:
            loop.call_later(PATIENCE_SECONDS, self._start_another)
        return await waiting.answer

    def _start(self) -> None:
        self._running += 1
        self._keep(asyncio.create_task(self._run()))

    def _start_another(self) -> None:
        loop = asyncio.get_running_loop()
        if self._queue and self._running < LANES and loop.time() - self._started >= PATIENCE_SECONDS:
            self._start()
            loop.call_later(PATIENCE_SECONDS, self._start_another)

    def _keep(self, task: asyncio.Task[None]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self) -> None:
        try:
            while self._queue:
                pause = self._started + PACE_SECONDS - asyncio.get_running_loop().time()
                if pause > 0:
                    await asyncio.sleep(pause)
                batch = [self._queue.popleft() for _ in range(min(len(self._queue), MOST_TOGETHER))]
                self._started = asyncio.get_running_loop().time()
                await self._settle(batch)
        finally:
            self._running -= 1

    async def _settle(self, batch: Sequence[_Waiting]) -> None:
        if len(batch) == 1:  # cheaper by a third than a batch of one
            await self._one(batch[0])
            return
        try:
            done = await self._together([waiting.command for waiting in batch])
        except Exception as error:  # noqa: BLE001 - whoever waits hears of it, whatever it is
            for waiting in batch:
                waiting.refuse(error)
            return
        answers = {id(one.command): one.answer for one in done}
        for waiting in batch:
            answer = answers.get(id(waiting.command))
            if answer is None:
                self._keep(asyncio.create_task(self._one(waiting)))
            else:
                waiting.tell(answer)

    async def _one(self, waiting: _Waiting) -> None:
        try:
            waiting.tell(await self._alone(waiting.command))
        except Exception as error:  # noqa: BLE001 - as above
            waiting.refuse(error)

    async def _together(self, commands: Sequence[Command]) -> Sequence[Done]:
        """Commit what can be committed as one and return it; nothing of the others has been done."""
        done: list[Done] = []
        try:
            async with self._pool.connection() as connection:
                await self._transaction(connection, commands, done)
        except (_Apart, psycopg.Error, PoolTimeout) as error:
            logger.info("creations are done one by one: %s", error)
            if not (done and isinstance(error, psycopg.OperationalError) and await self._is_committed(done[0])):
                return ()
        for one in done:
            self._after_commit(one.command.origin.user_id, one.outcome.counter)
        return done

    async def _transaction(self, connection: Connection, commands: Sequence[Command], done: list[Done]) -> None:
        """Fill `done` before the commit is sent: if that fails, nobody knows whether it was done."""
        acts = Counter(command.origin.user_id for command in commands)
        asked = {"users": list(acts.keys()), "acts": list(acts.values())}
        try:
            async with connection.pipeline():
                await connection.execute("BEGIN")
                loading = await connection.execute(statements.own(statements.LOAD_ACCOUNTS), asked)
                raising = await connection.execute(statements.own(statements.RAISE_COUNTERS), asked)
            rows = await loading.fetchall()
            accounts = {account.id: (account, row[0]) for row in rows for account in [account_of(row[1:])]}
            raised = {row[0]: (row[1], row[2]) for row in await raising.fetchall()}
            if not accounts.keys() >= raised.keys():
                raise _Apart("an account is gone")
            ready = [command for command in commands if command.origin.user_id in raised]
            decided = self._decided(ready, accounts, raised)
            last = tail(decided) if decided else None
            if last is None:
                await connection.execute("ROLLBACK")
                return
            async with connection.pipeline():
                await connection.execute(statements.own(last[0]), last[1])
                done += decided
                await connection.execute("COMMIT")
        except BaseException as error:
            if not isinstance(error, psycopg.OperationalError):
                done.clear()
            if not connection.closed and connection.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
                await connection.execute("ROLLBACK")
            raise

    def _decided(
        self,
        commands: Sequence[Command],
        accounts: dict[UUID, tuple[Account, dt.datetime]],
        raised: dict[UUID, tuple[int, dt.datetime]],
    ) -> list[Done]:
        """Give each act of a user its own change number and instant, in the order in which they came."""
        left = Counter(command.origin.user_id for command in commands)
        done: list[Done] = []
        for command in commands:
            user_id = command.origin.user_id
            left[user_id] -= 1
            counter = raised[user_id][0] - left[user_id]
            occurred_at = raised[user_id][1] - dt.timedelta(microseconds=left[user_id])
            account, now = accounts[user_id]
            try:
                loaded, context = Loaded(account=account), Context(command.origin, now, self._new_id)
                change = command.decide(loaded, context)
                done.append(conclude(command, change, loaded, context, counter, occurred_at))
            except Exception as error:
                raise _Apart("one of them is refused") from error
        return done

    async def _is_committed(self, one: Done) -> bool:
        """Read back whether a transaction was committed whose end we did not hear. Raises StoreUnavailable."""
        task = one.outcome.change.tasks[0].after
        with contextlib.suppress(psycopg.Error, PoolTimeout):
            async with self._pool.connection() as connection:
                found = await connection.execute(
                    statements.own(f"SELECT 1 FROM {SCHEMA}.tasks WHERE user_id = %s AND id = %s"),
                    (task.user_id, task.id),
                )
                return await found.fetchone() is not None
        raise StoreUnavailable
