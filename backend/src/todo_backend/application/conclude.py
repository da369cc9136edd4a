"""What a decided change becomes before it is written: stamped, with its undo handle, its entries and its answer."""

from __future__ import annotations

import datetime as dt

from todo_backend.application.change import Answer, Change, Command, Context, Loaded, Outcome
from todo_backend.application.entries import entries_of
from todo_backend.application.stamp import stamped
from todo_backend.application.tail import Done


def conclude(
    command: Command, change: Change, loaded: Loaded, context: Context, counter: int | None, occurred_at: dt.datetime
) -> Done:
    """Stamp the change with the user's change number and its instant, and make everything that is written with it.

    A change that carries a refusal is committed, but its caller hears the refusal: its answer is never sent.
    """
    change = stamped(change, counter, occurred_at)
    undo = context.new_id() if change.act is not None else None
    outcome = Outcome(change, loaded, context, counter, occurred_at, undo)
    answer = Answer(500) if change.refusal is not None else command.respond(outcome)
    return Done(command, outcome, entries_of(outcome), answer)
