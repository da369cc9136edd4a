"""The door for todo-backend: what becomes of a task's reminders, and putting one off."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from dapr_edge.service_tokens import ServiceTokens, require_service
from event_contracts.channels import LinkToken
from event_contracts.edges import FOLLOW_ONE_TAP, READ_TASK_REMINDERS, SNOOZE_REMINDER
from event_contracts.reminders import ReminderStanding, ReminderStandings, Snoozed, SnoozeOrder
from event_spine.ledger import append_statement, ledger_parameters
from event_spine.loop import sweep
from fastapi import APIRouter, Depends
from pydantic import BaseModel
from service_kit.database import Pool
from service_kit.problems import Problem

from notification_service.channels.links import LinkInvalid
from notification_service.channels.one_tap import OneTaps, Tap
from notification_service.domain.snooze import Snooze, SnoozeRefused, checked, until_of
from notification_service.domain.standing import standings
from notification_service.storage import attempts, heads, inputs, preferences, snoozes
from notification_service.storage.schema import SCHEMA
from notification_service.sweeps.announce import snoozed_entry

_APPEND = append_statement(SCHEMA).encode()


class Followed(BaseModel):
    """Of which task a link was; one that was put off is so by now."""

    user_id: UUID
    task_id: UUID


def router(pool: Pool, tokens: ServiceTokens, changed: Callable[[], None], taps: OneTaps | None = None) -> APIRouter:
    """Return the internal routes; `changed` is called after a commit that made a plan stale. `taps` reads links."""
    routes = APIRouter(include_in_schema=False)

    @routes.get(READ_TASK_REMINDERS.route, dependencies=[Depends(require_service(tokens, READ_TASK_REMINDERS))])
    async def read(user_id: UUID, task_id: UUID) -> ReminderStandings:
        async with pool.connection() as connection:
            return await standings_of(connection, user_id, task_id)

    @routes.post(SNOOZE_REMINDER.route, dependencies=[Depends(require_service(tokens, SNOOZE_REMINDER))])
    async def snooze(user_id: UUID, reminder_id: UUID, body: SnoozeOrder) -> Snoozed:
        made = await sweep(pool, lambda c: put_off(c, user_id, reminder_id, body))
        changed()
        return Snoozed.model_validate(made)

    @routes.post(FOLLOW_ONE_TAP.route, dependencies=[Depends(require_service(tokens, FOLLOW_ONE_TAP))])
    async def follow(tap: Tap, body: LinkToken) -> Followed:
        if taps is None:
            raise Problem(422, "link_invalid", "This link is not valid, or not any more.")
        try:
            tapped = taps.read(tap, body.token)
        except LinkInvalid as error:
            raise Problem(422, "link_invalid", "This link is not valid, or not any more.") from error
        if tap != "done":
            await sweep(pool, lambda c: put_off(c, tapped.user_id, tapped.reminder_id, SnoozeOrder(preset=tap)))
            changed()
        return Followed(user_id=tapped.user_id, task_id=tapped.task_id)

    return routes


async def standings_of(connection: snoozes.Connection, user_id: UUID, task_id: UUID) -> ReminderStandings:
    """Return what becomes of each reminder of a task."""
    gathered = await inputs.peek(connection, {(user_id, task_id)})
    task = gathered.tasks.get((user_id, task_id))
    if task is None:
        return ReminderStandings(version=None, items=[])
    tried, now = await attempts.of_task(connection, user_id, task_id), await preferences.now(connection)
    found = standings(task, gathered, tried, now)
    return ReminderStandings(version=task.version, items=[ReminderStanding.model_validate(one) for one in found])


async def put_off(connection: snoozes.Connection, user_id: UUID, reminder_id: UUID, order: SnoozeOrder) -> Snooze:
    """Put a reminder of an open task off, with its event; its plan is stale then. Raises Problem (404, 409, 422)."""
    now = await preferences.lock(connection, user_id)
    task_id = await snoozes.task_of(connection, user_id, reminder_id)
    tasks = await heads.read_tasks(connection, [(user_id, task_id)], lock=True) if task_id else {}
    task = next(iter(tasks.values()), None)
    if task is None:
        raise Problem(404, "reminder_not_found", "There is no such reminder.")
    if task.status != "open" or task.deleted_at or task.withdrawn_at:
        raise Problem(409, "task_not_open", "This task is finished already. There is nothing to remind of.")
    user = (await heads.peek_users(connection, [user_id])).get(user_id)
    zone, week_start = (user.time_zone, user.week_start) if user else (task.user_time_zone, 0)
    try:
        if order.preset is None:
            instant = checked(order.until or now, now)
        else:
            wanted = await preferences.of_one(connection, user_id)
            instant = until_of(order.preset, now, zone, week_start, wanted)
    except SnoozeRefused as refused:
        raise Problem(422, refused.code, str(refused)) from refused
    snooze = Snooze(user_id, task.task_id, reminder_id, instant, now)
    await snoozes.write(connection, snooze)
    await connection.execute(
        _APPEND, ledger_parameters([snoozed_entry(snooze, task, zone, order.actor, order.correlation_id)])
    )
    await heads.mark_tasks(connection, [(user_id, task.task_id)])
    return snooze
