"""What plans are made of: heads, wishes, and what was put off, gathered for some tasks. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from notification_service.domain.heads import SeriesHead, TaskHead, UserHead
from notification_service.domain.plan import Planned, plan, planned_one
from notification_service.domain.preferences import Preferences
from notification_service.domain.snooze import Snooze

Key = tuple[UUID, UUID]


@dataclass(frozen=True, slots=True)
class Inputs:
    """By (user, task), user, or (user, series). Who is not in `preferences` has said nothing yet."""

    tasks: Mapping[Key, TaskHead]
    users: Mapping[UUID, UserHead]
    series: Mapping[Key, SeriesHead]
    preferences: Mapping[UUID, Preferences]
    snoozes: Mapping[Key, Snooze]

    def series_of(self, task: TaskHead) -> SeriesHead | None:
        """Return the head of a task's series."""
        return self.series.get(task.series) if task.series else None

    def snooze_of(self, task: TaskHead) -> Snooze | None:
        """Return what was put off of a task."""
        return self.snoozes.get((task.user_id, task.task_id))

    def zone_of(self, task: TaskHead) -> str:
        """Return in which zone the person of a task lives."""
        user = self.users.get(task.user_id)
        return user.time_zone if user else task.user_time_zone

    def planned(self, task: TaskHead) -> list[Planned]:
        """Return the reminders of a task as all of this plans them."""
        user, wanted = self.users.get(task.user_id), self.preferences.get(task.user_id)
        return plan(task, user, self.series_of(task), wanted, self.snooze_of(task))

    def planned_one(self, task: TaskHead, reminder_id: UUID) -> Planned | None:
        """Return one of them, None when it is not planned."""
        user, wanted = self.users.get(task.user_id), self.preferences.get(task.user_id)
        return planned_one(reminder_id, task, user, self.series_of(task), wanted, self.snooze_of(task))
