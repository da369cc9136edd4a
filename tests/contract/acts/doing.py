"""What each act makes of the model's state, or that it is refused. `act` is the number of the act."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any, Literal

from tests.contract.acts.following import Now, Successor, dates, first_to_come, on_or_after, place_of
from tests.contract.acts.state import MOST_OPEN, Place, Refused, Rule, Series, State, Task, TaskList, touch


def close(state: State, task: Task, status: Literal["done", "skipped"], act: int) -> State:
    """Complete or skip."""
    _require_present(task)
    if task.status == status:
        return state
    if task.status != "open":
        raise Refused
    return state.having(touch(task, status=status, done_at=act if status == "done" else None))


def reopen(state: State, task: Task, choice: str | None, act: int) -> State:
    """Open a closed task again; what followed it and is untouched is withdrawn."""
    _require_present(task)
    if task.status == "open":
        return state
    return reopened(state, task, choice, act).checked()


def reopened(state: State, task: Task, choice: str | None, act: int) -> State:
    """Return the state with the task open again."""
    successor, series = state.successor_of(task), state.series_of(task)
    after = touch(task, status="open", done_at=None)
    if series is not None and series.rule.may_overlap:
        # It is one more that is open; what follows stays as it is.
        if len(state.all_open(series.id)) >= MOST_OPEN:
            raise Refused
        return state.having(after)
    if series is not None and series.rule.by_schedule:
        # What opened by itself is not there because of this one.
        choice = choice or "keep"
    if successor is None:
        return state.having(after)
    if choice is None and (successor.touched or not successor.is_open):
        raise Refused
    if choice == "keep":
        return state.having(replace(after, series=None, key=None, number=None, predecessor=None))
    if successor.status != "open":
        raise Refused
    return state.having(touch(successor, deleted=successor.deleted or act, withdrawn=act), after)


def delete(state: State, task: Task, scope: str, act: int) -> State:
    """Delete a task; an open occurrence takes its series with it."""
    if task.deleted is not None:
        return state
    series = state.series_of(task)
    if series is not None and series.status != "ended" and task.status == "open":
        if scope == "this":
            return close(state, task, "skipped", act)
        over = replace(series, status="ended", ended_by="deleted", was_paused=series.status == "paused")
        state = state.having(over)
    return state.having(touch(task, deleted=act))


def restore(state: State, task: Task) -> State:
    """Take a deletion back; the series that it had ended is as it was."""
    if task.withdrawn is not None or task.deleted is None:
        raise Refused
    series = state.series_of(task)
    if series is not None and task.status == "open" and series.ended_by == "deleted":
        status = "paused" if series.was_paused else "active"
        state = state.having(replace(series, status=status, ended_by=None, was_paused=False))
    return state.having(touch(task, deleted=None)).checked()


def postpone(state: State, task: Task, date: dt.date) -> State:
    """Move one occurrence off the grid."""
    _require_present(task)
    if task.status != "open":
        raise Refused
    moved = Place(date, task.due.time)
    return state if moved == task.due else state.having(touch(task, due=moved))


def postpone_open(state: State, series: Series, date: dt.date) -> State:
    """Move the open occurrence of a series off the grid."""
    _require_going_on(series)
    task = state.open_of(series.id)
    if task is None:
        raise Refused
    return postpone(state, task, date)


def postpone_to_next_date(state: State, task: Task, now: Now) -> State:
    """Let an occurrence take the place of the next date of its rule."""
    _require_present(task)
    series = state.series_of(task)
    if task.status != "open" or series is None or series.status == "ended":
        raise Refused
    found = first_to_come(series, state.newest_of(series.id), now)
    if found is None:
        raise Refused
    return state.having(touch(task, due=found.place, key=found.key, number=found.number))


def skip_missed(state: State, series: Series, new_id: str, act: int, now: Now) -> State:
    """Skip what is overdue; a series that works off its past one by one goes on with what is still to come."""
    _require_going_on(series)
    if series.status == "paused":
        raise Refused
    opened = state.all_open(series.id)
    overdue = [task for task in opened if now.is_past(task.due)]
    if not overdue:
        return state
    for task in overdue:
        state = close(state, task, "skipped", act)
    if series.rule.missed == "next" or len(overdue) < len(opened):
        return state
    task = state.newest_of(series.id)
    found = first_to_come(series, task, now)
    if found is None:
        return state.having(replace(series, status="ended", ended_by="count"))
    return state.having(following_task(task, new_id, found))


def following_task(before: Task, task_id: str, found: Successor) -> Task:
    """Return what a successor must be: as its predecessor, fresh."""
    return Task(
        id=task_id,
        series=before.series,
        due=found.place,
        key=found.key,
        number=found.number,
        predecessor=before.id,
        title=before.title,
        list=before.list,
    )


def change(state: State, task: Task, **fields: Any) -> State:
    """Give a task another title, list or checklist."""
    _require_present(task)
    return state if replace(task, **fields) == task else state.having(touch(task, **fields))


def move(state: State, task: Task, list_id: str | None) -> State:
    """Put a task into a list that is there, or into none."""
    _require_present(task)
    _require_list(state, list_id)
    return state if task.list == list_id else state.having(touch(task, list=list_id))


def move_series(state: State, series: Series, list_id: str | None, scope: str) -> State:
    """Put what is open of a series into a list, or the newest of it; what follows is born where that is."""
    _require_going_on(series)
    _require_list(state, list_id)
    opened = state.all_open(series.id)
    if not opened:
        raise Refused
    moving = opened if scope == "all" else opened[-1:]
    return state.having(*(touch(task, list=list_id) for task in moving if task.list != list_id))


def delete_list(state: State, one: TaskList, act: int) -> State:
    """Delete a list; its tasks go on naming it."""
    return state if one.deleted is not None else state.having(replace(one, deleted=act))


def restore_list(state: State, one: TaskList) -> State:
    """Take the deletion of a list back."""
    if one.deleted is None:
        raise Refused
    return state.having(replace(one, deleted=None))


def pause(state: State, series: Series) -> State:
    """Let nothing follow."""
    _require_going_on(series)
    return state.having(replace(series, status="paused"))


def resume(state: State, series: Series, act: int) -> State:
    """Let a paused series go on."""
    _require_going_on(series)
    return state if series.status == "active" else state.having(replace(series, status="active", resumed=act))


def end(state: State, series: Series) -> State:
    """End a series by hand."""
    return state if series.status == "ended" else state.having(replace(series, status="ended", ended_by="by_hand"))


def edit_all(state: State, series: Series, rule: Rule, time: dt.time | None, now: Now) -> State:
    """Change a series; its open occurrence moves to the first date of the new rule, unless it was postponed."""
    _require_going_on(series)
    after = replace(series, rule=rule, start=Place(series.start.date, time))
    if after == series:
        return state
    _require_a_date(after, now)
    if len(state.all_open(series.id)) > 1 and not rule.may_overlap:
        raise Refused
    task = state.open_of(series.id)
    if task is None or task.key is None or task is not state.newest_of(series.id):
        return state.having(after)
    if not _is_on_its_date(task, series, now):
        return state.having(after)
    found = on_or_after(after, task.key.date, now)
    if found is None or found == (task.due, task.key):
        return state.having(after)
    return state.having(after, touch(task, due=found[0], key=found[1]))


def split(state: State, series: Series, new_id: str, rule: Rule | None, time: dt.time | None, now: Now) -> State:
    """End a series and begin another with its open occurrence; an unnamed rule keeps what is left of its COUNT."""
    _require_going_on(series)
    task = state.open_of(series.id)
    if task is None or task.key is None or task.number is None or len(state.all_open(series.id)) > 1:
        raise Refused
    old_rule = series.rule
    left = None if old_rule.count is None else max(1, old_rule.count - task.number + 1)
    start = Place(task.key.date, time)
    rule = rule or replace(old_rule, count=left)
    new = replace(series, id=new_id, rule=rule, start=start, split_from=series.id)
    _require_a_date(new, now)
    place, key = next(dates(new, now))
    due = place if _is_on_its_date(task, series, now) else task.due
    moved = touch(task, series=new_id, key=key, number=1, predecessor=None, due=due)
    return state.having(replace(series, status="ended", ended_by="split"), new, moved)


def _is_on_its_date(task: Task, series: Series, now: Now) -> bool:
    return task.key is not None and task.due == place_of(series, task.key, now)


def _require_a_date(series: Series, now: Now) -> None:
    """Refuse a rule all of whose dates lie on holidays."""
    if next(dates(series, now), None) is None:
        raise Refused


def _require_list(state: State, list_id: str | None) -> None:
    if list_id is not None and state.lists[list_id].deleted is not None:
        raise Refused


def _require_present(task: Task) -> None:
    if task.deleted is not None or task.withdrawn is not None:
        raise Refused


def _require_going_on(series: Series) -> None:
    if series.status == "ended":
        raise Refused
