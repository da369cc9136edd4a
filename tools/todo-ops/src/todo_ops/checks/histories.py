"""I4: histories have no gap and no double, and each task is what its history tells."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from event_contracts.identifiers import first_id_of
from event_contracts.operators import CHECK_VERSIONS, COMPARE_TASKS

from todo_ops.checks.check import Check, Finding, Terms
from todo_ops.services import Services
from todo_ops.snapshots import pages

BATCH = 5000


def versions(services: Services, terms: Terms) -> Finding:
    """Look at every entry of the span, and at what stands before it."""
    after = terms.span.after
    until = first_id_of(min(terms.span.until or terms.now, terms.now - timedelta(seconds=terms.grace_seconds)))
    looked_at = 0
    at: UUID | None = after
    while at is not None:
        told = services.ask(CHECK_VERSIONS, query={"after": str(at), "until": str(until), "limit": BATCH})
        wrong = told["wrong"]
        if wrong is not None:
            return Finding(looked_at, f"{wrong['event_id']} is version {wrong['version']} of task {wrong['task_id']}:"
                                      " the one before it is missing, or later, or it is there twice")  # fmt: skip
        looked_at += told["looked_at"]
        at = UUID(told["next_after"]) if told["next_after"] else None
    return Finding(looked_at)


def folds(services: Services, terms: Terms) -> Finding:
    """Compare each task with the state inside its last event."""
    before = (terms.now - timedelta(seconds=terms.grace_seconds)).isoformat()
    looked_at = 0
    for items in pages(services, "tasks"):
        told = services.ask(COMPARE_TASKS, json={"before": before, "items": items})
        looked_at += told["looked_at"]
        if told["wrong"] is not None:
            return Finding(looked_at, f"task {told['wrong']['task_id']}: {told['wrong']['says']}")
    return Finding(looked_at)


VERSIONS = Check("I4 versions", "a task's versions are 1, 2, 3 … in the audit, in order", "entries", versions)
FOLDS = Check("I4 tasks", "each task is what its history tells", "tasks", folds)
