"""Which event moves which head: the table of contents."""

from __future__ import annotations

from collections.abc import Mapping

from event_spine.consumer import Handler

from notification_service.projections.series import project_series
from notification_service.projections.tasks import project_tasks
from notification_service.projections.users import project_users

HANDLERS: Mapping[str, Handler] = {
    "todo.task.created.v1": project_tasks,
    "todo.task.updated.v1": project_tasks,
    "todo.task.completed.v1": project_tasks,
    "todo.task.reopened.v1": project_tasks,
    "todo.task.skipped.v1": project_tasks,
    "todo.task.missed.v1": project_tasks,
    "todo.task.postponed.v1": project_tasks,
    "todo.task.deleted.v1": project_tasks,
    "todo.task.restored.v1": project_tasks,
    "todo.task.purged.v1": project_tasks,
    "todo.series.created.v1": project_series,
    "todo.series.updated.v1": project_series,
    "todo.series.paused.v1": project_series,
    "todo.series.resumed.v1": project_series,
    "todo.series.ended.v1": project_series,
    "todo.user.created.v1": project_users,
    "todo.user.updated.v1": project_users,
    "todo.user.deleted.v1": project_users,
}
