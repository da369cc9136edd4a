"""All tools, and calling one: what it takes is checked, what it may is checked, what it gives is as it says."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from pydantic import ValidationError
from service_kit.problems import Problem

from todo_backend.doors.tools import (
    adding,
    changing,
    closing,
    histories,
    lists,
    reading,
    reminding,
    repeating,
    series_past,
)
from todo_backend.doors.tools.acting import Acting
from todo_backend.doors.tools.refused import Refused, of_error, of_problem, of_validation
from todo_backend.doors.tools.tool import Shown, Tool
from todo_backend.errors import NotificationsUnavailable, StoreFull, StoreUnavailable, TodoError

logger = logging.getLogger(__name__)

DEADLINE_SECONDS = 20.0
"""How long one call may take; the database's and other services' own deadlines are shorter."""

LOOK = "Look whether it was done before you try again."

TOOLS: tuple[Tool, ...] = (
    adding.add_task,
    reading.list_tasks,
    reading.search_tasks,
    reading.get_task,
    changing.change_task,
    changing.move_task,
    changing.postpone_to_next_date,
    changing.move_to_list,
    changing.remind_task,
    closing.complete_task,
    closing.skip_task,
    closing.reopen_task,
    closing.delete_task,
    closing.restore_task,
    closing.undo,
    repeating.repeat_task,
    repeating.pause_series,
    repeating.resume_series,
    repeating.end_series,
    repeating.skip_missed,
    repeating.change_series,
    repeating.preview_recurrence,
    series_past.get_series,
    series_past.list_paused,
    series_past.count_by_day,
    lists.list_lists,
    lists.make_list,
    lists.rename_list,
    lists.delete_list,
    lists.restore_list,
    histories.history_of_task,
    histories.what_was_done,
    histories.why_it_happened,
    reminding.reminders_of_task,
    reminding.list_notifications,
    reminding.mark_notifications_read,
    reminding.snooze_reminder,
    reminding.get_preferences,
    reminding.change_preferences,
    reading.get_profile,
)
TOOL = {one.name: one for one in TOOLS}
"""The tools by their names."""

UNSURE = (StoreUnavailable, NotificationsUnavailable)
"""What may come after the act was done: the answer was lost, not the act."""


def named(name: str) -> Tool | None:
    """Return the tool of a name."""
    return TOOL.get(name)


async def call(tool: Tool, arguments: dict[str, Any], acting: Acting) -> Shown:
    """Do what a tool does. Raises Refused; nothing was changed then, unless it says `may_be_done`."""
    if tool.scope not in acting.scopes:
        raise Refused("scope_missing", "This token does not allow that.", f"It needs {tool.scope}.", scope=tool.scope)
    try:
        given = tool.takes.model_validate(arguments)
    except ValidationError as error:
        raise of_validation(error) from error
    try:
        async with asyncio.timeout(DEADLINE_SECONDS):
            return await tool.run(acting, given)
    except TodoError as error:
        lost = isinstance(error, UNSURE) and not isinstance(error, StoreFull)
        raise _unsure(tool, of_error(error)) if lost else of_error(error) from error
    except Problem as problem:
        raise of_problem(problem) from problem
    except TimeoutError as error:
        raise _unsure(tool, Refused("timeout", "It took too long and was broken off.")) from error
    except Refused:
        raise
    except Exception as error:
        logger.exception("the tool %s failed", tool.name)
        raise _unsure(tool, Refused("internal_error", "Something went wrong here.")) from error


def _unsure(tool: Tool, refused: Refused) -> Refused:
    """Say what is known of a call that broke off: a question changes nothing; an act may be done already, here or in
    another service, when what comes after it fails.
    """
    if tool.kind == "question":
        return refused
    refused.may_be_done = True
    refused.sentence = f"{refused.sentence} {LOOK}"
    return refused
