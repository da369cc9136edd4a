"""What undo makes of the model's state: each field back to what it was, where it still is what the act had made it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tests.contract.acts.doing import delete, reopened
from tests.contract.acts.state import Refused, State, Task, differences, touch


@dataclass(frozen=True, slots=True)
class Done:
    """An act that can be undone, with the state before and after it."""

    handle: str
    before: State
    after: State


def undo(state: State, done: Done, act: int) -> State:
    """Take an act back. Raises Refused where something has changed since."""
    new = [t for t in done.after.tasks.values() if t.id not in done.before.tasks]
    for task in (t for t in new if t.predecessor is None):
        now = state.tasks[task.id]
        if now.touched or now.deleted is not None:
            raise Refused
        return delete(state, now, "series", act)
    for after in done.after.series.values():
        now = state.series[after.id]
        if after.id not in done.before.series:
            state = state.having(replace(now, status="ended", ended_by="undone"))
            continue
        changes = differences(done.before.series[after.id], after)
        state = state.having(replace(now, **_values_before(now, changes)))
    for after in done.after.lists.values():
        changes = differences(done.before.lists[after.id], after)
        state = state.having(replace(state.lists[after.id], **_values_before(state.lists[after.id], changes)))
    for after in (t for t in done.after.tasks.values() if t.id in done.before.tasks):
        now, changes = state.tasks[after.id], differences(done.before.tasks[after.id], after)
        if changes:
            state = _undone_task(state, now, _values_before(now, changes), act)
    return state.checked()


def _undone_task(state: State, now: Task, values: dict[str, object], act: int) -> State:
    if now.withdrawn is not None and "withdrawn" not in values:
        raise Refused
    if now.deleted is not None and "status" in values and "deleted" not in values:
        raise Refused
    if values.get("status") == "open":
        return reopened(state, now, None, act)
    if not now.is_open and "withdrawn" not in values and ("series" in values or "key" in values):
        raise Refused
    return state.having(touch(now, **values))


def _values_before(now: object, changes: dict[str, tuple[object, object]]) -> dict[str, object]:
    if any(getattr(now, name) != after for name, (_, after) in changes.items()):
        raise Refused
    return {name: before for name, (before, _) in changes.items()}
