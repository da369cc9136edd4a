"""Resources: what a client may put before its model without a call: today, a list, a task with its history."""

from __future__ import annotations

import re
from uuid import UUID

import mcp_types as types
from pydantic import BaseModel
from service_kit.problems import Problem

from todo_backend.doors.tools.acting import Acting
from todo_backend.doors.tools.histories import TaskHistory, history_of_task
from todo_backend.doors.tools.lists import ListLists, list_lists
from todo_backend.doors.tools.reading import ListTasks, NameTask, get_task, list_tasks
from todo_backend.doors.tools.refused import Refused, of_error, of_problem
from todo_backend.errors import TodoError

MEDIA_TYPE = "application/json"
TODAY, LISTS = "todo://today", "todo://lists"
TEMPLATES = (
    types.ResourceTemplate(
        uri_template="todo://lists/{list_id}", name="list", title="The tasks of a list", mime_type=MEDIA_TYPE
    ),
    types.ResourceTemplate(
        uri_template="todo://tasks/{task_id}", name="task", title="A task", mime_type=MEDIA_TYPE
    ),
    types.ResourceTemplate(
        uri_template="todo://tasks/{task_id}/history", name="task-history", title="A task's history",
        mime_type=MEDIA_TYPE,
    ),
)  # fmt: skip
_URI = re.compile(r"todo://(lists|tasks)/([0-9a-fA-F-]{36})(/history)?")
_PAGE = 100


async def every(acting: Acting) -> list[types.Resource]:
    """Return the resources that can be named without an id: today, the lists, and each list by its name."""
    fixed = [
        types.Resource(uri=TODAY, name="today", title="Due today or before", mime_type=MEDIA_TYPE),
        types.Resource(uri=LISTS, name="lists", title="The lists", mime_type=MEDIA_TYPE),
    ]
    found = await acting.acts.lists()
    return fixed + [
        types.Resource(uri=f"todo://lists/{one.id}", name=one.name, title=f"The list {one.name}", mime_type=MEDIA_TYPE)
        for one in found
    ]


async def read(uri: str, acting: Acting) -> BaseModel:
    """Return what a resource says. Raises Refused."""
    try:
        return await _read(uri, acting)
    except TodoError as error:
        raise of_error(error) from error
    except Problem as problem:
        raise of_problem(problem) from problem


async def _read(uri: str, acting: Acting) -> BaseModel:
    if uri == TODAY:
        return await list_tasks.run(acting, ListTasks(view="today", limit=_PAGE))
    if uri == LISTS:
        return await list_lists.run(acting, ListLists())
    parts = _URI.fullmatch(uri)
    if parts is None or (parts[1] == "lists" and parts[3]):
        raise Refused("resource_not_found", "There is no such resource.")
    try:
        found = str(UUID(parts[2]))
    except ValueError:
        raise Refused("resource_not_found", "There is no such resource.") from None
    if parts[1] == "lists":
        return await list_tasks.run(acting, ListTasks(list_name=found, limit=_PAGE))
    if parts[3]:
        return await history_of_task.run(acting, TaskHistory(task=found, limit=_PAGE))
    return await get_task.run(acting, NameTask(task=found))
