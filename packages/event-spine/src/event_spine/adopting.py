"""A restored or failed-over database in an operator's hand: what would be sent again, and taking it up.

What was published but not acknowledged here is still in `pending` and goes out by itself. What was acknowledged before
the copy was made, and lost elsewhere (in consumers' tables or in the broker, restored with it), has to be sent again
out of the ledger: from an instant on. Consumers absorb what comes twice.

The same when the database is the known one and only the broker is new: then nothing but an operator can tell.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from event_contracts.identifiers import first_id_of, instant_of
from psycopg import sql
from psycopg_pool import AsyncConnectionPool

from event_spine.identity import DatabaseIdentity, read_identity
from event_spine.relay_acts import Operator, record_act
from event_spine.tables import LEDGER

PART = 20_000
"""Events put back into the queue by one transaction; writers wait for it, well below a second."""
BEGINNING = UUID(int=0)
"""Nothing is queued yet."""
NO_TIMELINE = 0
"""No server writes on it. The lease names it from the first part of a resend into a new broker to the last, so that
relays refuse the database meanwhile, as they do one that is to be adopted: nothing overtakes what is still to come."""
Connection = psycopg.AsyncConnection[Any]


@dataclass(frozen=True, slots=True)
class Resent:
    """How many events of a topic would be sent again, and when the first and last of them were written."""

    topic: str
    count: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Adoption:
    """What adopting would do. `stored` is None when no relay ever led here: then there is nothing to adopt."""

    stored: DatabaseIdentity | None
    found: DatabaseIdentity
    pending: int
    ledger_from: datetime | None
    resent: tuple[Resent, ...]

    @property
    def is_foreign(self) -> bool:
        """Say whether relays refuse this database."""
        return self.stored is not None and self.stored != self.found

    @property
    def is_unfinished(self) -> bool:
        """Say whether a resend into a new broker was begun and not brought to its end."""
        return self.stored == _without_timeline(self.found)


@dataclass(frozen=True, slots=True)
class Part:
    """One step of adopting. `outcome`: more (go on after `last`), adopted, or changed (it is not what was shown)."""

    outcome: str
    requeued: int = 0
    last: UUID | None = None


def bound(since: datetime | None, now: datetime) -> UUID:
    """Return the lowest event id of a resend; None means everything.

    A day that may be dropped at any moment is left out: an event of it could vanish while it waits in the queue.
    """
    oldest = now - timedelta(days=LEDGER.keep_days)
    return first_id_of(oldest if since is None else max(since, oldest))


async def preview(connection: Connection, schema: str, first: UUID | None) -> Adoption:
    """Tell what adopting with a resend from `first` on (None: no resend) would do; nothing is changed."""
    names = {"s": sql.Identifier(schema)}
    stored, found = await stored_identity(connection, schema), await read_identity(connection)
    cursor = await connection.execute(
        sql.SQL("""
        SELECT (SELECT count(*) FROM {s}.pending), (SELECT event_id FROM {s}.ledger ORDER BY event_id LIMIT 1)
        """).format(**names)
    )
    row = await cursor.fetchone()
    assert row is not None  # noqa: S101 - a SELECT without FROM returns one row
    resent: tuple[Resent, ...] = ()
    if first is not None:
        cursor = await connection.execute(
            sql.SQL("""
            SELECT topic, count(*), min(event_id::text)::uuid, max(event_id::text)::uuid FROM {s}.ledger
            WHERE event_id >= %s GROUP BY topic ORDER BY topic""").format(**names),
            (first,),
        )
        resent = tuple(Resent(t, n, instant_of(a), instant_of(b)) for t, n, a, b in await cursor.fetchall())
    return Adoption(stored, found, row[0], None if row[1] is None else instant_of(row[1]), resent)


async def adopt_part(
    pool: AsyncConnectionPool[Any],
    schema: str,
    shown: tuple[str, str],
    resend: tuple[UUID, UUID] | None,
    operator: Operator,
    requeued: int = 0,
    *,
    new_broker: bool = False,
) -> Part:
    """Put the next part of a resend back into the queue; after the last one the relay may lead.

    `shown` is what the operator was shown as stored and found, `resend` the lowest event id and the last one that is
    queued already, `requeued` how many those are. Everything may be repeated: an event stands in the queue once.
    `new_broker`: the relays know this database, and what its ledger holds is sent again all the same.
    """
    async with pool.connection() as connection, connection.transaction():
        stored, found = await stored_identity(connection, schema, lock=True), await read_identity(connection)
        if not _is_as_shown(stored, found, shown, new_broker=new_broker):
            return Part("changed")
        count, last = 0, None
        if resend is not None:
            count, last = await _requeue(connection, schema, *resend)
        if count == PART:
            if new_broker:
                await _name(connection, schema, _without_timeline(found))
            return Part("more", count, last)
        await _name(connection, schema, found)
        detail = {
            "stored": str(found if new_broker else stored),
            "found": str(found),
            "resent_from": None if resend is None else str(resend[0]),
            **({"new_broker": True} if new_broker else {}),
        }
        await record_act(connection, schema, "adopt", operator, detail, requeued + count)
        return Part("adopted", count)


async def stored_identity(connection: Connection, schema: str, *, lock: bool = False) -> DatabaseIdentity | None:
    """Return the identity that the lease names, None when no relay ever led."""
    cursor = await connection.execute(
        sql.SQL("SELECT system_identifier, timeline_id FROM {}.relay_lease WHERE name = 'relay' {}").format(
            sql.Identifier(schema), sql.SQL("FOR UPDATE" if lock else "")
        )
    )
    row = await cursor.fetchone()
    return row and DatabaseIdentity(str(row[0]), int(row[1]))


def _is_as_shown(
    stored: DatabaseIdentity | None, found: DatabaseIdentity, shown: tuple[str, str], *, new_broker: bool
) -> bool:
    if new_broker:
        return str(found) == shown[1] and stored in (found, _without_timeline(found))
    return (str(stored), str(found)) == shown and stored != found


def _without_timeline(identity: DatabaseIdentity) -> DatabaseIdentity:
    return DatabaseIdentity(identity.system_identifier, NO_TIMELINE)


async def _name(connection: Connection, schema: str, identity: DatabaseIdentity) -> None:
    """Let the lease name a database, and end the hold of whoever leads."""
    await connection.execute(
        sql.SQL("""
        UPDATE {}.relay_lease SET system_identifier = %s, timeline_id = %s, epoch = epoch + 1,
          expires_at = clock_timestamp() WHERE name = 'relay'""").format(sql.Identifier(schema)),
        (identity.system_identifier, identity.timeline_id),
    )


async def _requeue(connection: Connection, schema: str, first: UUID, after: UUID) -> tuple[int, UUID | None]:
    """Queue the next PART events of the ledger anew, those that wait already included, in each key's own order.

    Writers are kept out meanwhile, so that no later event of a key gets in before an earlier one. The ids of two
    processes may cross by a clock's error; a person's change numbers never do.
    """
    names = {"s": sql.Identifier(schema)}
    await connection.execute(sql.SQL("LOCK TABLE {s}.pending IN SHARE ROW EXCLUSIVE MODE").format(**names))
    cursor = await connection.execute(
        sql.SQL("""
        WITH chosen AS MATERIALIZED (
          SELECT event_id, topic, stream_key, change FROM {s}.ledger
          WHERE event_id >= %(first)s AND event_id > %(after)s ORDER BY event_id LIMIT %(part)s),
        waiting AS (DELETE FROM {s}.pending p USING chosen c WHERE p.event_id = c.event_id),
        queued AS (
          INSERT INTO {s}.pending (event_id, topic, stream_key)
          SELECT event_id, topic, stream_key FROM chosen
          ORDER BY max(event_id::text) OVER (PARTITION BY topic, stream_key ORDER BY change NULLS FIRST, event_id),
                   change NULLS FIRST, event_id)
        SELECT count(*), max(event_id::text)::uuid FROM chosen""").format(**names),
        {"first": first, "after": after, "part": PART},
    )
    row = await cursor.fetchone()
    assert row is not None  # noqa: S101 - an aggregate returns one row
    return int(row[0]), row[1]
