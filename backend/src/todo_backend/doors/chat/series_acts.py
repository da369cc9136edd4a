"""What is done with the series of the task that is meant, and what is said about it."""

from __future__ import annotations

from dataclasses import replace

from task_language import Pause, Resume, SkipMissed, StopRepeating, ToNextDate, say_date

from todo_backend.conversations.domain import Memory
from todo_backend.doors.chat.acting import Turn, which
from todo_backend.doors.chat.wording import following
from todo_backend.doors.said import named, said_due
from todo_backend.tasks.reading import Found


async def pause(turn: Turn, intent: Pause, found: Found) -> Memory:
    """Let nothing follow a task, until a day or until it is resumed."""
    task, series = found
    if series is None or series.status == "ended":
        return _repeats_not(turn, found)
    moment = turn.asked.moment
    until = intent.until and say_date(intent.until, None, moment.today, language=moment.language)
    given = {**which(found), "resume_on": intent.until and intent.until.isoformat()}
    output = await turn.call("pause_series", given)
    if output["undo"] is None:
        turn.tell("paused_already", title=named(task.title))
        return turn.memory
    if until:
        turn.tell("paused_until", title=named(task.title), until=until)
    else:
        turn.tell("paused", title=named(task.title))
    return turn.after(output)


async def resume(turn: Turn, intent: Resume, found: Found) -> Memory:  # noqa: ARG001 - all acts are called alike
    """Let a paused task repeat again."""
    task, series = found
    if series is None or series.status == "ended":
        return _repeats_not(turn, found)
    if series.status == "active":
        turn.tell("not_paused", title=named(task.title))
        return turn.memory
    output = await turn.call("resume_series", which(found))
    turn.tell("resumed" if task.is_open else "resumed_soon", title=named(task.title))
    return turn.after(output)


async def stop(turn: Turn, intent: StopRepeating, found: Found) -> Memory:  # noqa: ARG001
    """Let a task repeat no more."""
    task, series = found
    if series is None or series.status == "ended":
        return _repeats_not(turn, found)
    output = await turn.call("end_series", which(found))
    turn.tell("ended_open" if task.is_open else "ended", title=named(task.title))
    return turn.after(output)


async def skip_missed(turn: Turn, intent: SkipMissed, found: Found) -> Memory:  # noqa: ARG001
    """Let nothing be owed for the past."""
    task, series = found
    if series is None or series.status == "ended":
        return _repeats_not(turn, found)
    output = await turn.call("skip_missed", which(found))
    if output["undo"] is None:
        turn.tell("nothing_missed", title=named(task.title))
        return turn.memory
    # What was missed is passed over, whatever the series does with it otherwise.
    to_come = replace(series, recurrence=replace(series.recurrence, missed="next"))
    coming = following(task, to_come, turn.asked.moment.now, turn.asked)
    turn.tell("missed_skipped", title=named(task.title), next=coming)
    return turn.after(output)


async def to_next_date(turn: Turn, intent: ToNextDate, found: Found) -> Memory:  # noqa: ARG001
    """Let an occurrence take the place of the next date of its rule."""
    task, series = found
    if series is None or series.status == "ended":
        return _repeats_not(turn, found)
    output = await turn.call("postpone_to_next_date", which(found))
    due = said_due(output["task"]["due"], turn.asked.moment)
    turn.tell("to_next_date", title=named(task.title), due=due)
    return turn.after(output)


def _repeats_not(turn: Turn, found: Found) -> Memory:
    task, series = found
    turn.tell("repeats_not" if series is None else "repeats_not_any_more", title=named(task.title))
    return turn.memory
