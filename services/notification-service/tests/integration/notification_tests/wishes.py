"""What a person wants, said as the doors say it, and quiet hours around this very moment."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from event_contracts.reminders import SnoozeOrder, SnoozePreset
from event_spine.loop import sweep
from notification_service.bootstrap import Process
from notification_service.domain.preferences import Preferences
from notification_service.domain.snooze import Snooze
from notification_service.doors.preferences import change_preferences
from notification_service.doors.reminders import put_off

from .story import ago


async def wants(process: Process, user: UUID, if_match: str | None = None, **fields: Any) -> Preferences:
    return await sweep(process.pool, lambda connection: change_preferences(connection, user, fields, if_match))


async def puts_off(
    process: Process, user: UUID, reminder: UUID, preset: SnoozePreset | None = None, until: dt.datetime | None = None
) -> Snooze:
    return await sweep(
        process.pool,
        lambda connection: put_off(
            connection,
            user,
            reminder,
            SnoozeOrder.model_validate({"preset": preset, "until": until and until.isoformat()}),
        ),
    )


def quiet_now() -> dict[str, dt.time]:
    """Quiet hours, in UTC, from an hour ago until in an hour."""
    begins, ends = (ago(seconds).time().replace(microsecond=0) for seconds in (3600, -3600))
    return {"quiet_from": begins, "quiet_to": ends}
