"""The ledger entries of one committed change, in the order in which they are published."""

from __future__ import annotations

from event_spine.ledger import LedgerEntry

from todo_backend.application.change import Outcome
from todo_backend.application.events import Encoder


def entries_of(outcome: Outcome) -> tuple[LedgerEntry, ...]:
    """Return one entry per written aggregate that has an event: series first, then tasks, then accounts."""
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
    entries += [encoder.account(w) for w in change.accounts if w.event is not None]
    return tuple(entries)
