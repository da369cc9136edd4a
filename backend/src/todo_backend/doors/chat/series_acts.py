"""What is done with the series of the task that is meant, and what is said about it."""

from __future__ import annotations

from dataclasses import replace

from task_language import Pause, Resume, SkipMissed, StopRepeating, ToNextDate, say_date

from todo_backend.conversations.domain import Memory
from todo_backend.doors.chat.acting import Turn, which
from todo_backend.doors.chat.wording import following, named, said_due
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


async def skip_missed(turn: Turn, intent: SkipMissed, found: Found) -> Memory:  # noqa: ARG001
    """Let nothing be owed for the past."""
    task, series = found
    if series is None or series.status == "ended":
        return _repeats_not(turn, found)
    output = await turn.reply.tool("skip_missed", which(found), turn.tools.skip_missed(series.id, task.id))
    if output["undo"] is None:
        turn.reply.text(f"Nothing of {named(task.title)} is overdue; nothing was changed.")
        return turn.memory
    # What was missed is passed over, whatever the series does with it otherwise.
    to_come = replace(series, recurrence=replace(series.recurrence, missed="next"))
    coming = following(task, to_come, turn.asked.moment.now, turn.asked)
    turn.reply.text(f"Skipped all that was missed of {named(task.title)}.{coming}")
    return turn.after(output)


async def to_next_date(turn: Turn, intent: ToNextDate, found: Found) -> Memory:  # noqa: ARG001
    """Let an occurrence take the place of the next date of its rule."""
    task, series = found
    if series is None or series.status == "ended":
        return _repeats_not(turn, found)
    output = await turn.reply.tool("postpone_to_next_date", which(found), turn.tools.to_next_date(task.id))
    due = said_due(output["task"]["due"], turn.asked.moment)
    turn.reply.text(f"Moved {named(task.title)} to its next date, {due}.")
    return turn.after(output)


def _repeats_not(turn: Turn, found: Found) -> Memory:
    task, series = found
    more = "" if series is None else " any more"
    turn.reply.text(f"{named(task.title)} does not repeat{more}; nothing was changed.")
    return turn.memory
