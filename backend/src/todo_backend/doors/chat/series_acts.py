"""What is done with the series of the task that is meant, and what is said about it."""

from __future__ import annotations

from task_language import Pause, Resume, StopRepeating, say_date

from todo_backend.conversations.domain import Memory
from todo_backend.doors.chat.acting import Turn, which
from todo_backend.doors.chat.wording import named
from todo_backend.tasks.reading import Found


async def pause(turn: Turn, intent: Pause, found: Found) -> Memory:
    """Let nothing follow a task, until a day or until it is resumed."""
    task, series = found
    if series is None or series.status == "ended":
        return _repeats_not(turn, found)
    until = intent.until and say_date(intent.until, None, turn.asked.moment.today)
    given = {**which(found), "resume_on": intent.until and intent.until.isoformat()}
    output = await turn.reply.tool("pause_series", given, turn.tools.pause(series.id, task.id, intent.until))
    if output["undo"] is None:
        turn.reply.text(f"{named(task.title)} is paused already; nothing was changed.")
        return turn.memory
    if until:
        turn.reply.text(f"Paused: {named(task.title)}, until {until}. Nothing repeats and nothing reminds before.")
    else:
        turn.reply.text(f"Paused: {named(task.title)}. Nothing repeats and nothing reminds until you say “resume it”.")
    return turn.after(output)


async def resume(turn: Turn, intent: Resume, found: Found) -> Memory:  # noqa: ARG001 - all acts are called alike
    """Let a paused task repeat again."""
    task, series = found
    if series is None or series.status == "ended":
        return _repeats_not(turn, found)
    if series.status == "active":
        turn.reply.text(f"{named(task.title)} is not paused; nothing was changed.")
        return turn.memory
    output = await turn.reply.tool("resume_series", which(found), turn.tools.resume(series.id, task.id))
    coming = "" if task.is_open else " The next one comes in a moment."
    turn.reply.text(f"{named(task.title)} repeats again.{coming}")
    return turn.after(output)


async def stop(turn: Turn, intent: StopRepeating, found: Found) -> Memory:  # noqa: ARG001
    """Let a task repeat no more."""
    task, series = found
    if series is None or series.status == "ended":
        return _repeats_not(turn, found)
    output = await turn.reply.tool("end_series", which(found), turn.tools.end(series.id, task.id))
    stays = " The one that is open stays." if task.is_open else ""
    turn.reply.text(f"{named(task.title)} repeats no more.{stays} “Undo” takes that back.")
    return turn.after(output)


def _repeats_not(turn: Turn, found: Found) -> Memory:
    task, series = found
    more = "" if series is None else " any more"
    turn.reply.text(f"{named(task.title)} does not repeat{more}; nothing was changed.")
    return turn.memory
