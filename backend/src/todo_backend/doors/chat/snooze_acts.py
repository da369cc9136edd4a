"""Putting a reminder off by talking."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from event_contracts.preferences import Preferences
from event_contracts.reminders import ReminderStanding, ReminderStandings
from recurrence_rules import resolve
from task_language import Moment, Snooze, say_date
from task_language.pieces import When

from todo_backend.application.shapes import instant
from todo_backend.conversations.domain import Memory
from todo_backend.doors.chat.acting import Turn, which
from todo_backend.doors.chat.finding import Candidates, find
from todo_backend.doors.said import named
from todo_backend.tasks.reading import Found

USUAL = dt.timedelta(hours=1)
"""Where nobody says until when."""
JUST = dt.timedelta(hours=1)
"""For how long after a reminder "it" is what came, and not what was talked of."""


async def find_told(intent: Snooze, turn: Turn) -> Candidates:
    """Return which task is meant: "it" is the one that was reminded of just now, else what the chat is about."""
    if intent.target.is_it and (task_id := await _told_just_now(turn)):
        found = await turn.tools.one(task_id)
        if found and found[0].is_open:
            return Candidates((found,), is_sure=True)
    return await find(intent.target, turn.memory, turn.tools)


async def snooze(turn: Turn, intent: Snooze, found: Found) -> Memory:
    """Put the reminder of a task off that was told last, else the one that comes next."""
    task, _ = found
    standings = await turn.look("reminders_of_task", which(found))
    reminder = _meant(ReminderStandings.model_validate(standings).items)
    if reminder is None:
        turn.tell("nothing_to_put_off", title=named(task.title))
        return turn.memory
    until = await _until(intent.when, turn)
    given = {**which(found), "reminder_id": str(reminder.reminder_id), "until": instant(until)}
    output = await turn.call("snooze_reminder", given)
    turn.reply.changed = True
    moment = turn.asked.moment
    wall = Moment(dt.datetime.fromisoformat(output["until"]), moment.zone).wall
    clock = wall.time().replace(second=0, microsecond=0)
    said = say_date(wall.date(), clock, moment.today, language=moment.language)
    turn.tell("put_off", title=named(task.title), when=said)
    return turn.memory.model_copy(update={"focus": task.id})


def _meant(standings: list[ReminderStanding]) -> ReminderStanding | None:
    """Return the reminder that was told last, else the first that is to come; one put off before is put off again."""
    named_by_task = [one for one in standings if one.kind != "snooze"]
    told = [one for one in named_by_task if one.told_at]
    if told:
        return max(told, key=lambda one: one.told_at or dt.datetime.min.replace(tzinfo=dt.UTC))
    return next((one for one in named_by_task if one.state in ("planned", "due") and one.kind == "own"), None)


async def _until(when: When | None, turn: Turn) -> dt.datetime:
    """Return the instant that was said; a day without a time is the person's default hour."""
    moment = turn.asked.moment
    if when is None:
        return moment.now + USUAL
    if when.time is None:
        wanted = Preferences.model_validate(await turn.look("get_preferences", {}))
        return resolve(when.date or moment.today, wanted.default_hour, moment.zone)
    date = when.date or moment.today
    if when.date is None and when.time <= moment.wall.time():
        date += dt.timedelta(days=1)
    return resolve(date, when.time, moment.zone)


async def _told_just_now(turn: Turn) -> UUID | None:
    items: list[Any] = (await turn.look("list_notifications", {"limit": 1}))["items"]
    if not items or items[-1]["task_id"] is None:
        return None
    told_at = dt.datetime.fromisoformat(items[-1]["sent_at"])
    return UUID(items[-1]["task_id"]) if told_at > turn.asked.moment.now - JUST else None
