"""What goes into a use case and what comes out of it: plain values, no I/O.

A use case is `(command, loaded, context) -> Change`, or it raises a `TodoError`. `execute()` locks and loads before it,
and commits what it returns.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, TypeVar
from uuid import UUID

from event_contracts.events import ActorKind, Door

from todo_backend.accounts.domain import Account, Session
from todo_backend.errors import TodoError
from todo_backend.lists.domain import TaskList
from todo_backend.series.domain import Series
from todo_backend.tasks.domain import Task

ActKind = Literal[
    "create",
    "update",
    "complete",
    "reopen",
    "skip",
    "postpone",
    "delete",
    "restore",
    "pause",
    "resume",
    "end",
    "split",
    "import",
]
Aggregate = TypeVar("Aggregate", Task, Series, TaskList, Account, Session)


@dataclass(frozen=True, slots=True)
class Origin:
    """Who acts, through which door, and what the act belongs to. `traceparent` is W3C trace context."""

    user_id: UUID
    actor_kind: ActorKind
    actor_id: str
    door: Door
    correlation_id: UUID
    causation_id: UUID | None = None
    traceparent: str | None = None


@dataclass(frozen=True, slots=True)
class Idempotency:
    """A client's key and the fingerprint (SHA-256) of the request that it stands for."""

    key: str
    fingerprint: bytes


@dataclass(frozen=True, slots=True)
class Targets:
    """What to lock and load. Locks are taken in one order everywhere: series, lists, tasks, each by id.

    `tasks` brings the series of these tasks along; `successors` also their live successors; `open_occurrences` also
    every open occurrence of the series that are loaded, `unfinished` those, too, that were deleted while open, `newest`
    the last one of each, closed or not: where several may be open, a later one may be done already. `uids` brings what
    calendars name so, each with its series: its newest task and every open occurrence. `lists` are only
    held as they are, for tasks that name them, and come if they are not deleted; with `all_lists` they are to be
    changed, and every list of the person that is not deleted comes with them.
    """

    tasks: tuple[UUID, ...] = ()
    series: tuple[UUID, ...] = ()
    lists: tuple[UUID, ...] = ()
    all_lists: bool = False
    successors: bool = False
    open_occurrences: bool = False
    unfinished: bool = False
    newest: bool = False
    uids: tuple[str, ...] = ()
    account: bool = False
    act: UUID | None = None
    session: UUID | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """What was done, as undo needs it: per aggregate the fields with their JSON values before and after."""

    id: UUID
    kind: str
    writes: Sequence[Mapping[str, Any]]
    created_at: dt.datetime
    expires_at: dt.datetime
    undone_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was locked and read in this transaction."""

    account: Account | None = None
    tasks: Mapping[UUID, Task] = field(default_factory=dict)
    series: Mapping[UUID, Series] = field(default_factory=dict)
    lists: Mapping[UUID, TaskList] = field(default_factory=dict)
    act: Act | None = None
    session: Session | None = None

    def open_occurrences(self, series_id: UUID) -> list[Task]:
        """Return the open occurrences of a series that were loaded, oldest first."""
        found = [t for t in self.tasks.values() if t.series_id == series_id and t.is_open]
        return sorted(found, key=lambda t: (t.occurrence_number or 0, t.occurrence_key or "", t.id))

    def newest_of(self, series_id: UUID) -> Task:
        """Return the last occurrence of a series that was loaded with its newest one, open or closed."""
        found = (t for t in self.tasks.values() if t.series_id == series_id and t.withdrawn_at is None)
        return max(found, key=lambda t: (t.occurrence_number or 0, t.occurrence_key or "", t.id))

    def series_of(self, task: Task) -> Series | None:
        """Return the series of a task, None where it does not repeat."""
        return self.series.get(task.series_id) if task.series_id else None

    def successor_of(self, task: Task) -> Task | None:
        """Return the occurrence that followed `task`, unless it was withdrawn."""
        return next((t for t in self.tasks.values() if t.predecessor_id == task.id and t.withdrawn_at is None), None)


@dataclass(frozen=True, slots=True)
class Context:
    """The act's surroundings: `now` is the database's clock when the locks were held, `new_id` makes UUIDv7."""

    origin: Origin
    now: dt.datetime
    new_id: Callable[[], UUID]


@dataclass(frozen=True, slots=True)
class Write(Generic[Aggregate]):
    """One aggregate before (None: it is new) and after the act, and the event that says so.

    Without `event` the aggregate is written quietly: its version stays, only its change number moves.
    """

    before: Aggregate | None
    after: Aggregate
    event: str | None
    event_id: UUID | None = None
    reason: str | None = None
    short_name: str | None = None
    causation_id: UUID | None = None
    task_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class SessionWrite:
    """A session before (None: it is new) and after, and the security event that says so; `outcome`: how or why.

    Without `event` another event of the same change tells of it.
    """

    before: Session | None
    after: Session
    event: str | None = None
    event_id: UUID | None = None
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """All that one act does. Events are published in the order series, tasks, lists, accounts, sessions.

    `act` names the kind of act that can be undone (None: nothing is kept for undo). `refusal` is raised after the
    commit: the rows stay although the answer is a refusal.
    """

    tasks: tuple[Write[Task], ...] = ()
    series: tuple[Write[Series], ...] = ()
    lists: tuple[Write[TaskList], ...] = ()
    accounts: tuple[Write[Account], ...] = ()
    sessions: tuple[SessionWrite, ...] = ()
    act: ActKind | None = None
    undone: UUID | None = None
    refusal: TodoError | None = None

    @property
    def is_empty(self) -> bool:
        """Say whether the act changes nothing."""
        return not (self.tasks or self.series or self.lists or self.accounts or self.sessions)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A change as it was committed: aggregates with their final version, change number and instants."""

    change: Change
    loaded: Loaded
    context: Context
    counter: int | None
    occurred_at: dt.datetime
    undo: UUID | None

    def task(self, task_id: UUID) -> Task:
        """Return a task as it is after the act."""
        return next((w.after for w in self.change.tasks if w.after.id == task_id), None) or self.loaded.tasks[task_id]

    def list_of(self, list_id: UUID) -> TaskList:
        """Return a list as it is after the act."""
        return next((w.after for w in self.change.lists if w.after.id == list_id), None) or self.loaded.lists[list_id]

    def series_of(self, task: Task) -> Series | None:
        """Return a task's series as it is after the act."""
        if task.series_id is None:
            return None
        written = next((w.after for w in self.change.series if w.after.id == task.series_id), None)
        return written or self.loaded.series.get(task.series_id)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the caller is told: stored under the idempotency key and given again as it is, byte for byte."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


Decide = Callable[[Loaded, Context], Change]
Respond = Callable[[Outcome], Answer]


@dataclass(frozen=True, slots=True)
class Command:
    """One act to execute. `decide` is the use case with its command bound; `respond` makes the answer to keep.

    `creates_account` is the sign-up: the user has no account and no counter yet. `creates_tasks` says that the act
    only adds what is new, from nothing but the account: then it may be committed together with others.
    """

    origin: Origin
    targets: Targets
    decide: Decide
    respond: Respond
    idempotency: Idempotency | None = None
    creates_account: bool = False
    creates_tasks: bool = False

    @property
    def may_share(self) -> bool:
        """Say whether this act may be committed in one transaction with others of its kind."""
        return self.creates_tasks and self.idempotency is None and self.targets == Targets()
