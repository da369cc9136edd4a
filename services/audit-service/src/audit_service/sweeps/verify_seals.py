"""Verifying seals: published and kept ones are the same, each is signed and follows from the one before, and the
entries still come to what was sealed.

It is read only, goes on from a number, and says in words what does not hold.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field

import psycopg
from service_kit.database import Pool

from audit_service.domain.seals import NOTHING_BEFORE, SealKey, Signed, UnreadableSeal, read_signed
from audit_service.storage import positions, seals
from audit_service.storage.published import PublishedSeals

MOST_FINDINGS = 20
WINDOW = 500
"""Seals that one call looks at, at most."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not hold; `code` never changes, `seal` is the number of the seal that showed it."""

    code: str
    seal: int
    says: str


@dataclass(slots=True)
class Verified:
    """What was looked at: up to seal `through`, which ends at `position`. With `more` ask again after it."""

    through: int
    position: int = 0
    entries: int = 0
    unsealed: int = 0
    more: bool = False
    findings: list[Finding] = field(default_factory=list[Finding])


async def verify_seals(pool: Pool, key: SealKey, published: PublishedSeals, after: int, seconds: float) -> Verified:
    """Verify the seals that come after a number, as many as there is time for."""
    until = time.monotonic() + seconds
    async with pool.connection() as connection:
        told = await asyncio.to_thread(_told, published, after)
        kept = await _kept(connection, after)
        check = _Check(connection, key, after, told.seals.get(after) or kept.get(after))
        if told.unreadable is not None:
            check.says("file_unreadable", after, f"The file of seals cannot be read: {told.unreadable}")
        numbers = sorted({*told.seals, *kept} - {after})
        for number in numbers[:WINDOW]:
            if check.verified.through > after and time.monotonic() > until:
                check.verified.more = True
                return check.verified
            await check.seal(number, told.seals.get(number), kept.get(number))
            if len(check.verified.findings) >= MOST_FINDINGS:
                return check.verified
        if len(numbers) > WINDOW or told.more:
            check.verified.more = True
        else:
            await check.rest()
    return check.verified


class _Check:
    def __init__(
        self, connection: psycopg.AsyncConnection, key: SealKey, after: int, before: Signed | str | None
    ) -> None:
        self._connection, self._key = connection, key
        self._before = before if isinstance(before, Signed) else None
        self.verified = Verified(after, self._before.seal.last if self._before else 0)

    def says(self, code: str, number: int, sentence: str) -> None:
        self.verified.findings.append(Finding(code, number, sentence))

    async def seal(self, number: int, told: Signed | None, kept: Signed | str | None) -> None:
        """Look at one seal; what was published counts for more than what the database keeps."""
        self.verified.through = number
        if told is None:
            self.says("not_published", number, f"Seal {number} is in the database and was never published.")
        elif kept is None:
            self.says("seal_missing", number, f"Seal {number} was published and is gone from the database.")
        elif told != kept:
            self.says("seal_differs", number, f"Seal {number} in the database is not the one that was published.")
        signed = told if told is not None else kept
        if not isinstance(signed, Signed):
            self.says("seal_unreadable", number, f"Seal {number} cannot be read: {signed}")
            return
        if not self._key.signed(signed):
            self.says("not_signed", number, f"Seal {number} was not signed with the key of this service.")
        self._follows(signed)
        await self._entries(signed)
        self._before = signed
        self.verified.position = signed.seal.last

    def _follows(self, signed: Signed) -> None:
        before, seal = self._before, signed.seal
        expected = (before.seal.number + 1, before.seal.last + 1, before.digest) if before else (1, 1, NOTHING_BEFORE)
        if (seal.number, seal.first, seal.previous) != expected:
            self.says("chain_broken", seal.number, f"Seal {seal.number} does not follow from the seal before it.")

    async def _entries(self, signed: Signed) -> None:
        seal = signed.seal
        where = f"positions {seal.first} to {seal.last} (seal {seal.number}, {seal.sealed_at})"
        lines = await positions.read_lines(self._connection, seal.first, seal.last)
        self.verified.entries += lines.count
        if lines.count < seal.count:
            gone = seal.count - lines.count
            self.says("entries_gone", seal.number, f"{gone} of {seal.count} entries are gone from {where}.")
        elif lines.count > seal.count:
            more = lines.count - seal.count
            self.says("entries_added", seal.number, f"{more} entries were added to the {seal.count} of {where}.")
        elif lines.digest != seal.digest:
            self.says(
                "entries_changed", seal.number, f"Entries of {where} were changed, exchanged or put in another order."
            )
        for one in await positions.damaged(self._connection, seal.first, seal.last, MOST_FINDINGS):
            what = "gone" if one.gone else "not the one that was recorded"
            self.says("record_damaged", seal.number, f"The record of event {one.event_id} is {what}; {where}.")

    async def rest(self) -> None:
        """Look at what no seal covers."""
        highest = await positions.highest_position(self._connection)
        if self.verified.position > highest:
            self.says("database_behind", self.verified.through, f"The database ends at position {highest}, before it.")
        strays = await positions.outside(self._connection, max(highest, self.verified.position))
        if strays:
            self.says(
                "entries_added", self.verified.through, f"{strays} entries stand where no arrival could put them."
            )
        self.verified.unsealed = max(0, highest - self.verified.position)


@dataclass(slots=True)
class _Told:
    seals: dict[int, Signed] = field(default_factory=dict[int, Signed])
    more: bool = False
    unreadable: str | None = None


def _told(published: PublishedSeals, after: int) -> _Told:
    told = _Told()
    try:
        for signed in published.read():
            if signed.seal.number > after + WINDOW:
                told.more = True
                break
            if signed.seal.number >= after:
                told.seals[signed.seal.number] = signed
    except (UnreadableSeal, OSError) as error:
        told.unreadable = str(error)
    return told


async def _kept(connection: psycopg.AsyncConnection, after: int) -> dict[int, Signed | str]:
    found: dict[int, Signed | str] = {}
    for number, statement, signature in await seals.read_seals(connection, after - 1, WINDOW + 2):
        try:
            signed = read_signed(statement, signature)
            found[number] = signed if signed.seal.number == number else "it names another number"
        except UnreadableSeal as error:
            found[number] = str(error)
    return found
