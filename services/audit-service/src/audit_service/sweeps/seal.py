"""Sealing: what has arrived and can no longer change is named in a signed statement, published, then kept here too.

Published first: a seal that only the database knew could be taken away without a trace. What a crash leaves unequal is
made equal by the next round, which trusts the file and never writes it anew.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from dataclasses import dataclass

import psycopg
from event_spine.loop import sweep
from prometheus_client import Gauge
from service_kit.database import Pool

from audit_service.domain.seals import NOTHING_BEFORE, Seal, SealKey, Signed, UnreadableSeal, next_seal
from audit_service.storage import positions, seals
from audit_service.storage.published import PublishedSeals, Writing

logger = logging.getLogger(__name__)

MOST_PER_SEAL = 10_000
"""Positions in one range: what is wrong is named by range, and a range is read in one go."""
REST = 4.0
"""The loop rests after each seal of a backlog, so many times as long as the seal took: what it reads and digests fills
a core, and people who wait for their reminders need that more than an entry of five minutes ago needs its seal."""
WRITERS_SECONDS = 15.0
SEALED = Gauge("audit_sealed_position", "The highest position that a published seal covers")
REFUSED = Gauge("audit_sealing_refused", "1 while the sealer does not go on because database and publication differ")


class SealingRefused(Exception):
    """Database and published seals contradict each other; an operator has to look."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """What a round did: how many seals it made, the last position that is sealed and the highest there is.

    `by_another`: another replica is at it, and this one did nothing.
    """

    made: int = 0
    number: int = 0
    position: int = 0
    highest: int = 0
    by_another: bool = False


class Sealer:
    """Seals for one process; all replicas share the file, and one at a time works."""

    def __init__(self, pool: Pool, key: SealKey, published: PublishedSeals, every_seconds: float) -> None:
        self.key, self.published = key, published
        self._pool, self._every_seconds = pool, every_seconds
        self._asked = asyncio.Event()
        self.refused: str | None = None

    async def step(self) -> float:
        """Seal what there is; a refusal is logged and shown, and the loop goes on asking."""
        self._asked.clear()
        try:
            await self._seal_or_refuse(REST)
        except SealingRefused as error:
            logger.error("nothing is sealed: %s", error)
        return self._every_seconds

    async def seal(self) -> Sealed:
        """Seal everything that is settled, without rests, also of the loop that is at it. Raises SealingRefused."""
        self._asked.set()
        return await self._seal_or_refuse(0.0)

    async def _seal_or_refuse(self, rest: float) -> Sealed:
        try:
            sealed = await self._seal(rest)
        except (SealingRefused, UnreadableSeal, OSError) as error:
            self.refused = str(error)
            REFUSED.set(1)
            raise SealingRefused(self.refused) from error
        self.refused = None
        REFUSED.set(0)
        if not sealed.by_another:
            SEALED.set(sealed.position)
        return sealed

    async def _seal(self, rest: float) -> Sealed:
        with self.published.writing() as writing:
            if writing is None:
                return Sealed(by_another=True)
            async with self._pool.connection() as connection:
                last = await self._agreed(connection, writing)
                upper = await positions.settled_position(connection, WRITERS_SECONDS)
                made = 0
                took = 0.0
                while upper is not None and upper > (last.seal.last if last else 0):
                    await self._rest(rest * took)
                    began = time.monotonic()
                    last = await self._next(connection, writing, last, upper)
                    took = time.monotonic() - began
                    made += 1
                highest = await positions.highest_position(connection)
            return Sealed(made, last.seal.number if last else 0, last.seal.last if last else 0, highest)

    async def _rest(self, seconds: float) -> None:
        """Rest, but only until somebody asks for seals."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._asked.wait(), seconds)

    async def _agreed(self, connection: psycopg.AsyncConnection, writing: Writing) -> Signed | None:
        """Return the newest seal that file and database agree upon, after bringing the database up to the file."""
        last, kept = writing.last(), await seals.last_seal(connection)
        if last is None:
            if kept is not None:
                raise SealingRefused(f"The file of seals is empty, and the database has {kept.seal.number} of them.")
            return None
        if not self.key.signed(last):
            raise SealingRefused(f"Seal {last.seal.number} in the file was not signed with the key of this service.")
        if await positions.highest_position(connection) < last.seal.last:
            raise SealingRefused(
                f"The database ends before position {last.seal.last}, which seal {last.seal.number} covers: it was"
                " restored or replaced."
            )
        await _require_whole(connection, last.seal)
        if kept is None or kept.seal.number < last.seal.number:
            await self._bring(kept)
        elif kept.statement != last.statement:
            raise SealingRefused(f"Seal {kept.seal.number} in the database is not the one that was published.")
        return last

    async def _bring(self, kept: Signed | None) -> None:
        after = kept.seal.number if kept else 0
        absent = [signed for signed in await asyncio.to_thread(lambda: list(self.published.read()))
                  if signed.seal.number > after]  # fmt: skip
        logger.warning("seals are brought into the database", extra={"seals": len(absent)})
        for signed in absent:
            await sweep(self._pool, lambda inner, one=signed: seals.insert_seal(inner, one))

    async def _next(
        self, connection: psycopg.AsyncConnection, writing: Writing, before: Signed | None, upper: int
    ) -> Signed:
        first = before.seal.last + 1 if before else 1
        last = min(upper, first + MOST_PER_SEAL - 1)
        lines = await positions.read_lines(connection, first, last)
        signed = self.key.sign(
            next_seal(
                before.seal if before else None,
                before.digest if before else NOTHING_BEFORE,
                last,
                lines.count,
                lines.digest,
                await positions.clock(connection),
                self.key.id,
            )
        )
        await asyncio.to_thread(writing.append, signed)
        await sweep(self._pool, lambda inner: seals.insert_seal(inner, signed))
        return signed


async def _require_whole(connection: psycopg.AsyncConnection, seal: Seal) -> None:
    """Look at the newest sealed range again: a restore from an older copy, or of a part of one, lacks what came last.

    Numbers of positions alone do not tell, for they go on. The ranges before it are an operator's `seals verify`.
    """
    lines = await positions.read_lines(connection, seal.first, seal.last)
    if (lines.count, lines.digest) != (seal.count, seal.digest):
        raise SealingRefused(
            f"Seal {seal.number} covers {seal.count} entries up to position {seal.last}, and the database has"
            f" {lines.count} there or others: they were changed, or restored from an older copy or in part."
        )
    if damaged := await positions.damaged(connection, seal.first, seal.last, 1):
        raise SealingRefused(
            f"The record of event {damaged[0].event_id}, which seal {seal.number} covers, is gone or another:"
            " it was changed, or restored in part."
        )
