"""The ledger entries of one committed change, in the order in which they are published."""

from __future__ import annotations

from event_spine.ledger import LedgerEntry

from todo_backend.application.change import Outcome
from todo_backend.application.events import Encoder
from todo_backend.errors import TaskTooLarge

CONTENT_BYTES = 900_000
"""The largest event of an act that changes what a task holds."""
RECORD_BYTES = 1_000_000
"""The largest event at all: just under what broker and sidecar take, which would refuse it and hold its stream key.

What was accepted as content can always be completed, deleted and restored: that adds far less than the difference.
"""
_CONTENT = frozenset({"create", "update"})


def entries_of(outcome: Outcome) -> tuple[LedgerEntry, ...]:
    """Return one entry per written aggregate that has an event: series first, then tasks, lists, accounts, sessions.

    Raises TaskTooLarge.
    """
    change = outcome.change
    account = outcome.loaded.account or (change.accounts[0].after if change.accounts else None)
    if change.accounts:
        account = change.accounts[0].after
    encoder = Encoder(
        outcome.context.origin, account.time_zone if account else "UTC", outcome.occurred_at, outcome.counter
    )
    entries: list[LedgerEntry] = []
    for write in change.series:
        if write.event is not None:
            title = outcome.task(write.task_id).title if write.task_id else ""
            entries.append(encoder.series(write, title))
    entries += [encoder.task(w, outcome.series_of(w.after)) for w in change.tasks if w.event is not None]
    entries += [encoder.task_list(w) for w in change.lists if w.event is not None]
    entries += [encoder.account(w) for w in change.accounts if w.event is not None]
    entries += [encoder.session(w) for w in change.sessions if w.event is not None]
    largest = max((len(entry.record) for entry in entries), default=0)
    if largest > (CONTENT_BYTES if change.act in _CONTENT else RECORD_BYTES):
        raise TaskTooLarge(bytes=largest)
    return tuple(entries)
