"""From an intent that names a task to that task: where there is no doubt the act is done, else it is asked which."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from task_language import (
    Add,
    Complete,
    Delete,
    DeleteList,
    Did,
    MoveToList,
    Pause,
    Reopen,
    Resume,
    Snooze,
    StopRepeating,
    Target,
)

from todo_backend.conversations.domain import Memory
from todo_backend.doors.chat import acts, deleting, snooze_acts, telling
from todo_backend.doors.chat.acting import Turn
from todo_backend.doors.chat.acts import ON_TASK
from todo_backend.doors.chat.answering import which_one
from todo_backend.doors.chat.finding import CLOSED, OPEN, Candidates, find, find_repeating
from todo_backend.doors.said import named
from todo_backend.errors import ListNotFound


async def act(turn: Turn, intent: Any) -> Memory:
    """Do what an intent wants to the task that it means."""
    target: Target = intent.target
    if isinstance(intent, Pause | Resume | StopRepeating):
        return await _decided(turn, intent, await find_repeating(target, turn.memory, turn.tools), OPEN)
    if isinstance(intent, Snooze):
        return await _decided(turn, intent, await snooze_acts.find_told(intent, turn), OPEN)
    status = CLOSED if isinstance(intent, Reopen) else OPEN
    found = await find(target, turn.memory, turn.tools, status)
    if isinstance(intent, MoveToList) and intent.or_add is not None and not found.is_sure:
        return await acts.add(turn, Add(intent.or_add))
    if isinstance(intent, Complete) and not found.is_sure:
        told = await telling.told_of(target.words, turn.tools) if target.words else found
        found = told if told.is_sure else found
    if not found.found and status is OPEN:
        closed = await find(target, turn.memory, turn.tools, CLOSED)
        if isinstance(intent, Delete):
            found = closed
        elif closed.is_sure:
            [(task, _)] = closed.found
            turn.tell("is_already", title=named(task.title), status=turn.words(f"status_{task.status}"))
            return turn.memory
    return await _decided(turn, intent, found, status)


async def did(turn: Turn, intent: Did) -> Memory:
    """Close what was told of; where that is none of the tasks, nothing was understood."""
    found = await telling.told_of(intent.words, turn.tools)
    if not found.found:
        turn.reply.data("not-understood", {"reason": "unknown"})
        turn.tell("no_open_task", words=named(intent.words))
        return turn.asked.before.memory
    if not found.is_sure:
        return which_one(turn, found)
    return await ON_TASK[Complete].run(turn, intent, found.found[0])


async def delete_list(turn: Turn, intent: DeleteList) -> Memory:
    """Ask about deleting the list of a name; where there is none, about the task."""
    try:
        return await deleting.ask_for_list(turn, intent)
    except ListNotFound:
        return await act(replace(turn, may=ON_TASK[Delete].may), Delete(intent.or_task))


async def _decided(turn: Turn, intent: Any, found: Candidates, status: tuple[str, ...]) -> Memory:
    target: Target = intent.target
    if not found.found and target.words:
        found = await telling.with_slips(target.words, turn.tools, status)
    if not found.found:
        if target.is_it or target.number is not None:
            turn.tell("which_task")
        else:
            turn.tell("no_open_task" if status is OPEN else "no_closed_task", words=named(target.words))
        return turn.memory
    if not found.is_sure:
        return which_one(turn, found)
    return await ON_TASK[type(intent)].run(turn, intent, found.found[0])
