"""What the sweep costs: `python -m tests.benchmarks.sweep [--waiting 1e6] [--more 1e7] [--due 5000]`.

The product's own statements (`due_queue.TAKE`, `Deliverer.step`) on a PostgreSQL of its own with the product's tables,
settings of a laptop (`synchronous_commit` on). Three questions: how much faster it takes a due set than a naive loop
that handles one reminder at a time; what the same due set costs when ten times as many wait; what an empty sweep, a
whole step of the loop, costs beside SELECT 1 over the same pool.
The two sides of each question take turns, so that a machine that becomes slower is slower for both.
Writes docs/benchmarks/sweep.json, in milliseconds.
"""

from __future__ import annotations

import asyncio
import secrets
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import psycopg
from event_spine.loop import sweep
from local_runtime import database, ports
from local_runtime.postgres import Cluster
from notification_service.migrate import MIGRATIONS
from notification_service.storage import due_queue
from notification_service.storage.schema import SCHEMA
from notification_service.sweeps.deliver import BATCH, Deliverer
from service_kit.database import Pool, make_pool
from service_kit.migration import upgrade

from tests.benchmarks.figures import percentiles
from tests.benchmarks.report import arguments, write

ROUNDS = 7
EMPTY_ROUNDS = 2000
FILL = """
INSERT INTO notifications.due_queue (user_id, task_id, reminder_id, revision, fire_at)
SELECT gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), n, clock_timestamp() + {} * interval '1 second'
FROM generate_series(1, %s) AS n"""
WAITING, DUE = FILL.format("(86400 + random() * 8640000)"), FILL.format("-(1 + random() * 60)")
OLDEST = """
SELECT user_id, task_id, reminder_id, revision, fire_at FROM notifications.due_queue
WHERE fire_at <= now() ORDER BY fire_at LIMIT 1 FOR UPDATE"""
QUEUED = """
INSERT INTO notifications.attempts (user_id, task_id, reminder_id, revision, fire_at, channel, state, not_before)
VALUES (%s, %s, %s, %s, %s, 'in_app', 'queued', clock_timestamp())"""
GONE = "DELETE FROM notifications.due_queue WHERE user_id = %s AND task_id = %s AND reminder_id = %s"


class Nobody:
    """Stands where todo-backend is asked: nothing is due when it would be."""

    async def call(self, *_: Any, **__: Any) -> httpx.Response:
        raise AssertionError("nothing was to be asked")


def main() -> None:
    chosen = arguments(__doc__, "sweep", waiting=1_000_000, more=10_000_000, due=5_000)
    with tempfile.TemporaryDirectory(prefix="todo-sweep-") as folder:
        cluster = Cluster(Path(folder) / "data", ports.any_free(), secrets.token_urlsafe(24), {})
        cluster.start()
        try:
            passwords = database.new_passwords()
            database.prepare(cluster.superuser_url, passwords)

            def url(role: str) -> str:
                return database.url(cluster.superuser_url, role, passwords[role])

            upgrade(MIGRATIONS, SCHEMA, url(database.owner_role(SCHEMA)))
            counts = (int(chosen.waiting), int(chosen.more), int(chosen.due))
            figures = asyncio.run(measured(url(database.app_role(SCHEMA)), url(database.owner_role(SCHEMA)), *counts))
        finally:
            cluster.stop()
    write(chosen.out, {"sweep": figures})


async def measured(app_url: str, owner_url: str, waiting: int, more: int, due: int) -> dict[str, Any]:
    """Ask all three questions, the first and the last with fewer reminders waiting."""
    pool = make_pool(app_url, 2, "sweep-benchmark", statement_seconds=600)
    await pool.open()
    with psycopg.connect(owner_url, autocommit=True) as owner:
        _wait(owner, waiting)
        empty, one = await in_turn(lambda: _timed(_empty(pool)), lambda: _timed(_select_one(pool)), EMPTY_ROUNDS)
        fast, naive = await in_turn(lambda: _due(owner, due, _all(pool)), lambda: _due(owner, due, _naive(pool)), 3)
        few = [await _due(owner, due, _all(pool)) for _ in range(ROUNDS)]
        _wait(owner, more - waiting)
        many = [await _due(owner, due, _all(pool)) for _ in range(ROUNDS)]
    await pool.close()
    return {
        "due": due,
        "waiting": [waiting, more],
        "batch": BATCH,
        "naive_loop_beside_the_sweep": _ratio(naive, fast),
        "sweep_of_the_due_milliseconds": percentiles(fast),
        "naive_loop_of_the_due_milliseconds": percentiles(naive),
        "with_more_waiting_beside_fewer": _ratio(many, few),
        "with_fewer_waiting_milliseconds": percentiles(few),
        "with_more_waiting_milliseconds": percentiles(many),
        "empty_sweep_beside_select_1": _ratio(empty, one),
        "empty_sweep_milliseconds": percentiles(empty, digits=3),
        "select_1_milliseconds": percentiles(one, digits=3),
    }


async def in_turn(
    first: Callable[[], Awaitable[float]], second: Callable[[], Awaitable[float]], rounds: int
) -> tuple[list[float], list[float]]:
    """Time both, in turn; the first round of each is not counted."""
    found = [(await first(), await second()) for _ in range(rounds + 1)][1:]
    return [a for a, _ in found], [b for _, b in found]


def _wait(owner: psycopg.Connection[Any], count: int) -> None:
    """Let so many more reminders wait that are not due, and let the database know of it."""
    owner.execute("SET statement_timeout = 0")
    owner.execute(WAITING, (count,))
    owner.execute("VACUUM ANALYZE notifications.due_queue")
    owner.execute("CHECKPOINT") if _may_checkpoint(owner) else None


def _may_checkpoint(owner: psycopg.Connection[Any]) -> bool:
    row = owner.execute("SELECT pg_has_role(current_user, 'pg_checkpoint', 'usage')").fetchone()
    return bool(row and row[0])


async def _due(owner: psycopg.Connection[Any], count: int, take: Callable[[], Awaitable[None]]) -> float:
    """Return the seconds that a due set takes; what was taken is forgotten afterwards."""
    owner.execute(DUE, (count,))
    owner.execute("ANALYZE notifications.due_queue")
    seconds = await _timed(take)
    row = owner.execute("SELECT count(*) FROM notifications.attempts").fetchone()
    assert row == (count,), f"{row} of {count} were taken"
    owner.execute("DELETE FROM notifications.attempts")
    owner.execute("VACUUM notifications.attempts, notifications.due_queue")
    return seconds


def _all(pool: Pool) -> Callable[[], Awaitable[None]]:
    async def run() -> None:
        while (await sweep(pool, lambda connection: due_queue.take(connection, BATCH))).count:
            pass

    return run


def _naive(pool: Pool) -> Callable[[], Awaitable[None]]:
    """One reminder at a time: look, write, delete, commit."""

    async def one(connection: psycopg.AsyncConnection[Any]) -> bool:
        row = await (await connection.execute(OLDEST)).fetchone()
        if row is None:
            return False
        await connection.execute(QUEUED, row)
        await connection.execute(GONE, row[:3])
        return True

    async def run() -> None:
        while await sweep(pool, one):
            pass

    return run


def _empty(pool: Pool) -> Callable[[], Awaitable[None]]:
    """A whole step of the loop that finds nothing due."""
    deliverer = Deliverer(pool, Nobody())

    async def run() -> None:
        seconds = await deliverer.step()
        assert seconds is not None
        assert seconds > 0

    return run


def _select_one(pool: Pool) -> Callable[[], Awaitable[None]]:
    async def run() -> None:
        async with pool.connection() as connection:
            await (await connection.execute("SELECT 1")).fetchone()

    return run


async def _timed(run: Callable[[], Awaitable[None]]) -> float:
    began = time.perf_counter()
    await run()
    return time.perf_counter() - began


def _ratio(above: list[float], below: list[float]) -> float:
    return round(statistics.median(above) / statistics.median(below), 2)


if __name__ == "__main__":
    main()
