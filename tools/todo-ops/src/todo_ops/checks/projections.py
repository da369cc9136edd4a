"""Heads are what their owner says: a projection is built beside the live one, as for a rebuild, and compared whole.

What is under way needs no grace: while it is built deliveries write in both places, and wait while it is compared.
"""

from __future__ import annotations

from event_contracts.operators import OPERATOR, REBUILD_DOORS

from todo_ops.checks.check import Check, Finding
from todo_ops.rebuild import describe
from todo_ops.rebuilds import beside
from todo_ops.services import Services

OF_WORK = "notification-service"
"""Whose work is compared as well. That of recurring-task-service moves with every answer; I2 tells of what is owed."""


def checks() -> list[Check]:
    """Return one check per projection."""
    return [
        Check(f"heads of {app}", "its heads are what todo-backend says, its work what they say", "rows",
              lambda services, _, app=app: compare(services, app))
        for app in REBUILD_DOORS
    ]  # fmt: skip


def compare(services: Services, app: str) -> Finding:
    """Compare a projection with what it would be if it were rebuilt."""
    with beside(services, app, OPERATOR) as built:
        different = [one for one in built.swap(dry_run=True) if one["first"] is not None]
        if different:
            first = different[0]
            return Finding(built.filled, f"{first['table']}: {describe(first['first'])}")
        work = built.derive(dry_run=True) if app == OF_WORK else 0
    return Finding(built.filled, f"{work} rows of its work are not what its heads say" if work else None)
