"""A calendar becomes tasks, in one act: what is new is created, what is known by its UID is updated or left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal
from uuid import UUID

from todo_backend.application.change import Change, Context, Loaded, Write
from todo_backend.errors import AccountGone, CalendarInvalid, TodoError
from todo_backend.series.domain import Recurrence, Series
from todo_backend.series.use_cases.edit import EditSeries, change_series
from todo_backend.tasks.domain import Due, Task
from todo_backend.tasks.use_cases.change import ChangeTask, change_task
from todo_backend.tasks.use_cases.create import CreateTask, create_task
from todo_backend.tasks.use_cases.drafts import DueDraft

ImportOutcome = Literal["created", "updated", "unchanged", "kept"]


@dataclass(frozen=True, slots=True)
class Component:
    """One component: the task that it makes where it is new, and what names it.

    `digest` stands for what it says. A postponed occurrence is an exception and an extra date of `create`; of a series
    that is known it moves the one whose key is `moved_key`, and the rule is `recurrence`. `named` is False where the
    calendar gave no UID.
    """

    uid: str
    named: bool
    sequence: int
    digest: str
    create: CreateTask
    recurrence: Recurrence | None = None
    moved_key: str | None = None
    moved_due: DueDraft | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a component. `kept`: its task is closed, or repeats where the component does not."""

    uid: str
    task_id: UUID
    outcome: ImportOutcome


def import_calendar(
    components: tuple[Component, ...], loaded: Loaded, context: Context
) -> tuple[Change, list[Imported]]:
    """Return the change and what became of each component; the change is empty where nothing is new.

    A component that says what it said when it was imported last is left, whatever its person has made of the task
    since. One of our own export is left unless another program has raised its SEQUENCE. Raises CalendarInvalid, which
    names the component.
    """
    known, taken = _by_name(loaded), set[UUID]()
    change, told = Change(), list[Imported]()
    for component in components:
        task = known.get(component.uid) or known.get(component.uid.lower()) if component.named else None
        if task is not None and task.id in taken:
            task = None
        try:
            one, said = _created(component, loaded, context) if task is None else _met(component, task, loaded, context)
        except TodoError as error:
            raise CalendarInvalid(error.code, component.uid, error.detail or error.sentence) from error
        taken.add(said.task_id)
        told.append(said)
        change = replace(change, tasks=(*change.tasks, *one.tasks), series=(*change.series, *one.series))
    return change if change.is_empty else replace(change, act="import"), told


def _by_name(loaded: Loaded) -> Mapping[str, Task]:
    """Return the task that each name means: a calendar's UID, or the id under which we export it."""
    names: dict[str, Task] = {}
    rising = sorted(loaded.tasks.values(), key=lambda task: (task.is_open, task.id))
    for task in rising:
        names[str(task.id)] = task
        if task.series_id is not None:
            names[str(task.series_id)] = task
    return names | {task.uid: task for task in rising if task.uid is not None}


def _created(component: Component, loaded: Loaded, context: Context) -> tuple[Change, Imported]:
    change = create_task(component.create, loaded, context)
    [write] = change.tasks
    after = _known(write.after, component) if component.named else write.after
    change = replace(change, tasks=(replace(write, after=after),), act=None)
    return change, Imported(component.uid, after.id, "created")


def _met(component: Component, task: Task, loaded: Loaded, context: Context) -> tuple[Change, Imported]:
    """Return what a component changes of a task that it names."""
    series = loaded.series_of(task)
    said = Imported(component.uid, task.id, "unchanged")
    if task.uid is None:
        of = task if series is None else series
        if component.sequence <= of.version - 1:
            return Change(), said
    elif task.uid_digest == component.digest:
        return Change(), said
    if not task.is_open or (series is not None and component.create.recurrence is None):
        return Change(), replace(said, outcome="kept")
    change = (
        _single(component, task, loaded, context)
        if series is None
        else _repeating(component, task, series, loaded, context)
    )
    tasks = [w for w in change.tasks if w.after.id != task.id]
    write = next((w for w in change.tasks if w.after.id == task.id), Write(task, task, None))
    marked = replace(write, after=_known(write.after, component))
    outcome: ImportOutcome = "unchanged" if change.is_empty else "updated"
    return replace(change, tasks=(marked, *tasks), act=None), replace(said, outcome=outcome)


def _known(task: Task, component: Component) -> Task:
    return replace(task, uid=component.uid, uid_digest=component.digest)


def _single(component: Component, task: Task, loaded: Loaded, context: Context) -> Change:
    create = component.create
    fields = _said_of(create, task) | {"due": create.due, "start_date": create.start_date}
    if create.recurrence is not None:
        fields["recurrence"] = create.recurrence
    return change_task(ChangeTask(task.id, fields), loaded, context)


def _repeating(component: Component, task: Task, series: Series, loaded: Loaded, context: Context) -> Change:
    """Return the changed series and its open occurrence: its rule from its own place on, and what it says of itself."""
    create, account = component.create, loaded.account
    if account is None:
        raise AccountGone
    assert create.due is not None  # noqa: S101 - what repeats has a date
    here = component.moved_key is not None and component.moved_key == task.occurrence_key
    rule = component.recurrence if here and component.recurrence is not None else create.recurrence
    assert rule is not None  # noqa: S101 - the caller has looked
    start = create.due.in_zone(account.time_zone)
    parts = {name: getattr(rule, name) for name in rule.__slots__}
    edit = EditSeries(series.id, {**parts, "start_date": start.date, "time": start.time, "time_zone": start.time_zone})
    changed = change_series(edit, loaded, context)
    moved = next((w.after for w in changed.tasks if w.after.id == task.id), task)
    if here and component.moved_due is not None:
        moved = moved.moved_to(component.moved_due.in_zone(account.time_zone))
    fields = _said_of(create, moved)
    if moved.due is not None:
        fields["start_date"] = _begins(create, start, moved.due)
    held = replace(loaded, tasks={**loaded.tasks, task.id: moved}, series={})
    renamed = change_task(ChangeTask(task.id, fields), held, context)
    after = renamed.tasks[0].after if renamed.tasks else moved
    others = tuple(w for w in changed.tasks if w.after.id != task.id)
    if after == task:
        return replace(changed, tasks=others)
    updated = Write(task, after, "todo.task.updated.v1", context.new_id())
    return replace(changed, tasks=(updated, *others))


def _begins(create: CreateTask, start: Due, due: Due) -> Any:
    return None if create.start_date is None else due.date - (start.date - create.start_date)


def _said_of(create: CreateTask, task: Task) -> dict[str, Any]:
    """Return the fields that a calendar has words for; reminders that are the same keep their ids."""
    fields: dict[str, Any] = {
        "title": create.title, "notes": create.notes, "priority": create.priority, "tags": create.tags,
    }  # fmt: skip
    said = [(r.minutes_before, r.relative_to, r.at) for r in create.reminders]
    if said != [(r.minutes_before, r.relative_to, r.at) for r in task.reminders]:
        fields["reminders"] = create.reminders
    return fields
