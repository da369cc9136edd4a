"""Where the machine plays: one event loop, the contract tests' world, a person, and a service that is heard late."""

from __future__ import annotations

import asyncio
import datetime as dt
import random
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

import httpx
from dapr_edge.errors import CalleeUnavailable
from event_contracts.edges import Edge
from event_spine.records import Record

from tests.contract.acts.calendar import Calendar, busiest
from tests.contract.acts.state import Place
from tests.contract.wiring import DirectCaller, World

T = TypeVar("T")
HEADS = ("task_heads", "series_heads", "user_heads")


@dataclass(slots=True)
class LateCaller:
    """Calls the backend; while `silent`, no answer comes back in time, and the request arrives when it is let."""

    direct: DirectCaller
    silent: bool = False
    late: list[tuple[Edge, dict[str, Any], UUID | None, Any]] = field(default_factory=list[Any])

    async def call(
        self, edge: Edge, path_parameters: dict[str, Any], acting_user: UUID | None, json: Any = None
    ) -> httpx.Response:
        self.late.append((edge, path_parameters, acting_user, json))
        if self.silent:
            raise CalleeUnavailable("no answer in time")
        return await self.direct.call(edge, path_parameters, acting_user, json)


@dataclass(slots=True)
class Stage:
    """One event loop for a whole test; each example has a person of its own, in whose zone it is about noon."""

    runner: asyncio.Runner
    world: World
    caller: LateCaller
    people: int = 0
    zone: dt.timezone = dt.UTC
    today: dt.date = dt.date.min
    calendar: Calendar = field(default_factory=lambda: busiest(dt.datetime.now(dt.UTC).date()))
    session: dict[str, Any] = field(default_factory=dict[str, Any])

    def run(self, what: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(what)

    def begin(self) -> None:
        """Let somebody new come; nothing is left to be heard of the one before."""
        self.world.forget_pending()
        self.world.superuser.execute("DELETE FROM recurring.wanted")
        self.caller.silent, self.caller.late = False, []
        self.people += 1
        offset = 12 - dt.datetime.now(dt.UTC).hour
        self.zone = dt.timezone(dt.timedelta(hours=offset))
        self.today = dt.datetime.now(self.zone).date()
        zone = f"Etc/GMT{-offset:+d}" if offset else "Etc/GMT"
        email = f"person{self.people}@example.com"
        body = {"email": email, "password": "correct horse battery", "name": "Ada", "time_zone": zone}
        answer = self.run(self.world.api.post("/api/auth/sign-up", json=body))
        assert answer.status_code == 201, answer.text
        self.session = answer.json()
        headers = {"authorization": f"Bearer {self.session['access_token']}"}
        home = {"country": self.calendar.country, "region": self.calendar.region}
        moved = self.run(self.world.api.patch("/api/me", json=home, headers=headers))
        assert moved.status_code == 200, moved.text

    @property
    def person(self) -> UUID:
        return UUID(self.session["user"]["id"])

    def subtask(self, task_id: str) -> dict[str, Any]:
        """Return the one line of a task's checklist."""
        row = self.world.superuser.execute("SELECT subtasks -> 0 FROM tasks.tasks WHERE id = %s", (task_id,)).fetchone()
        assert row is not None
        return row[0]

    def before(self, place: Place, minutes: int) -> str:
        """Return the instant some minutes before a due; a whole day ends with its last second."""
        due = dt.datetime.combine(place.date, place.time or dt.time(23, 59, 59), self.zone)
        return (due - dt.timedelta(minutes=minutes)).isoformat()

    def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any, str | None]:
        """Act through the REST door; return status, body and undo handle."""
        headers = {"authorization": f"Bearer {self.session['access_token']}"}
        whole = f"/api/{self.person}{path}"
        answer = self.run(self.world.api.request(method, whole, json=body, headers=headers))
        shown = answer.json()
        return answer.status_code, shown, shown.get("undo") or answer.headers.get("Undo-Handle")

    def hear(self, records: list[Record], chosen: random.Random) -> None:
        """Deliver records to recurring-task-service, keys mixed, each key's own order kept."""
        consumer = self.world.consumers["recurring"]
        records = mixed(records, chosen)
        while records:
            size = chosen.randint(1, 9)
            batch, records = records[:size], records[size:]
            for topic in sorted({record.topic for record in batch}):
                self.run(consumer.handle([record for record in batch if record.topic == topic]))

    def fresh(self, most: int | None = None) -> list[Record]:
        """Return what was not heard yet, the first few of it."""
        records = self.world.ledger()[self.world.seen :][:most]
        self.world.seen += len(records)
        return records

    def ask(self, silent: bool = False) -> None:
        """Let the service ask for all that is wanted, back-offs or not; `silent`: no answer comes back in time."""
        self.caller.silent = silent
        self.world.superuser.execute("UPDATE recurring.wanted SET not_before = clock_timestamp() WHERE claim IS NULL")
        self.run(self.world.advancer.drain())
        self.caller.silent = False

    def heads(self) -> dict[str, list[Any]]:
        """Return every head of recurring-task-service."""
        statements = {name: f"SELECT * FROM recurring.{name} ORDER BY 1, 2" for name in HEADS}
        return {name: self.world.superuser.execute(text).fetchall() for name, text in statements.items()}

    def wanted(self) -> int:
        """Return how much is still wanted of the backend."""
        return len(self.world.superuser.execute("SELECT 1 FROM recurring.wanted").fetchall())

    def arrive(self, number: int) -> None:
        """Let a request of the service arrive once more, now that its answer is not waited for."""
        if self.caller.late:
            request = self.caller.late[number % len(self.caller.late)]
            answer = self.run(self.caller.direct.call(*request))
            assert answer.status_code in (200, 409), answer.text


def mixed(records: list[Record], chosen: random.Random) -> list[Record]:
    """Return records in an order in which only those of one key keep theirs: how partitions may be read."""
    keys: dict[tuple[str, str | None], list[Record]] = {}
    for record in records:
        keys.setdefault((record.topic, record.key), []).append(record)
    found: list[Record] = []
    while keys:
        key = chosen.choice(sorted(keys, key=str))
        found.append(keys[key].pop(0))
        if not keys[key]:
            del keys[key]
    return found
