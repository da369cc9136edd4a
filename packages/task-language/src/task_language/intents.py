"""What somebody who chats wants; one class per act, an answer to a question included."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Literal

from task_language.draft import Draft
from task_language.pieces import When
from task_language.reminders import Reminding
from task_language.repeats import Repeat


@dataclass(frozen=True, slots=True)
class Target:
    """Which task is meant: by words of its title, by its place in what was listed last (-1: the last), or as "it"."""

    words: str = ""
    number: int | None = None
    is_it: bool = False


@dataclass(frozen=True, slots=True)
class Add:
    """Add a task."""

    draft: Draft


@dataclass(frozen=True, slots=True)
class Complete:
    """Close a task as done."""

    target: Target


@dataclass(frozen=True, slots=True)
class Reopen:
    """Open a closed task again."""

    target: Target


@dataclass(frozen=True, slots=True)
class Skip:
    """Close an occurrence without doing it. `of_series`: only what repeats was meant."""

    target: Target
    of_series: bool = False


@dataclass(frozen=True, slots=True)
class SkipMissed:
    """Skip all of a repeating task that is overdue, and every date before now."""

    target: Target


@dataclass(frozen=True, slots=True)
class ToNextDate:
    """Let an occurrence take the place of the next date of its rule."""

    target: Target


@dataclass(frozen=True, slots=True)
class Pause:
    """Let nothing follow a repeating task: until a day, on which it goes on by itself, or until it is resumed."""

    target: Target
    until: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Resume:
    """Let a paused task repeat again."""

    target: Target


@dataclass(frozen=True, slots=True)
class StopRepeating:
    """Let a task repeat no more; what is open stays."""

    target: Target


@dataclass(frozen=True, slots=True)
class Delete:
    """Delete a task, with its series if it repeats; `only_this` leaves the series."""

    target: Target
    only_this: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """Give a task another due: a date, a time, or days later than now due."""

    target: Target
    when: When | None = None
    days_later: int | None = None


@dataclass(frozen=True, slots=True)
class MoveToList:
    """Put a task into the list of that name; None: into no list. `or_add`: what is new, where there is no such task."""

    target: Target
    list_name: str | None
    or_add: Draft | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class MakeList:
    """Make a list."""

    name: str


@dataclass(frozen=True, slots=True)
class RenameList:
    """Give a list another name."""

    name: str
    new_name: str


@dataclass(frozen=True, slots=True)
class DeleteList:
    """Delete the list of that name; its tasks stay. `or_task`: what is meant where there is no such list."""

    name: str
    or_task: Target


@dataclass(frozen=True, slots=True)
class Lists:
    """Name the lists that there are."""


@dataclass(frozen=True, slots=True)
class Rename:
    """Give a task another title."""

    target: Target
    title: str


@dataclass(frozen=True, slots=True)
class Did:
    """Close the task that these words tell of, if they tell of one without doubt."""

    words: str


@dataclass(frozen=True, slots=True)
class Perhaps:
    """A line that may be a new task: to be asked about."""

    draft: Draft


@dataclass(frozen=True, slots=True)
class RepeatTask:
    """Let a task repeat."""

    target: Target
    repeat: Repeat


@dataclass(frozen=True, slots=True)
class Remind:
    """Remind of a task."""

    target: Target
    reminding: Reminding


@dataclass(frozen=True, slots=True)
class Snooze:
    """Put the reminder of a task off: until then, else for a while. "It" may be the task that was reminded of last."""

    target: Target
    when: When | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """List open tasks that are due within days (both inclusive), are overdue, have a tag or are in a list; else all."""

    name: str
    first: dt.date | None = None
    last: dt.date | None = None
    overdue: bool = False
    tag: str | None = None
    list_name: str | None = None


@dataclass(frozen=True, slots=True)
class WasDone:
    """List what was done within days, both inclusive."""

    name: str
    first: dt.date
    last: dt.date


@dataclass(frozen=True, slots=True)
class Search:
    """Find tasks by words."""

    words: str


@dataclass(frozen=True, slots=True)
class Undo:
    """Take the last act back."""


@dataclass(frozen=True, slots=True)
class Help:
    """Say what can be said."""


@dataclass(frozen=True, slots=True)
class Yes:
    """Yes, do it."""


@dataclass(frozen=True, slots=True)
class No:
    """No, do not."""


@dataclass(frozen=True, slots=True)
class OnlyThis:
    """Only this occurrence, not its series."""


@dataclass(frozen=True, slots=True)
class Choose:
    """Take the n-th of what was offered, from 1; -1 is the last."""

    number: int


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """The line says nothing that is known here. `hint` is one sentence that helps."""

    reason: Literal["empty", "too_long", "unknown", "incomplete", "cannot"]
    hint: str


Intent = (
    Add | Complete | Reopen | Skip | SkipMissed | ToNextDate | Pause | Resume | StopRepeating | Delete | Move
    | MoveToList | MakeList | RepeatTask | Remind | Listed | Search | Undo | Help | Yes | No | OnlyThis
    | Choose | NotUnderstood | RenameList | DeleteList | Lists | Rename | Did | Perhaps | WasDone
    | Snooze
)  # fmt: skip
