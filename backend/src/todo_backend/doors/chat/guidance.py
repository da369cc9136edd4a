"""What is said to somebody who asks what can be said, or whose line was not understood."""

from __future__ import annotations

from task_language import EXAMPLES, Help, NotUnderstood, say_weekday

from todo_backend.conversations.domain import Memory
from todo_backend.doors.chat.acting import Turn

HELP = """- add pay rent on the last day of every month at 17:00 remind me 30 minutes before
- add water the plants every 3 days after completion · add stretch every 4 hours
- add call Ada at half past 9 on the first monday of may · in 2 hours · a week from tomorrow · 9am New York time
- done with pay rent · I watered the plants · reopen pay rent · skip pay rent · rename pay rent to rent
- what is due today · what is due this week · overdue · search rent · what did I do last week
- make a list Household · move pay rent to Household · show list Household · rename the list Household to Home
- move pay rent to friday · pay rent can wait two days · repeat pay rent every month · remind me 1 hour before pay rent
- snooze it · snooze pay rent for an hour · remind me again tomorrow at 9
- skip all missed of pay rent · postpone pay rent to the next date
- pause pay rent · pause pay rent until 1 december · resume pay rent · stop repeating pay rent
- delete pay rent · delete the list Household · undo"""


async def help_out(turn: Turn, intent: Help) -> Memory:  # noqa: ARG001 - all intents are called alike
    """Say what can be said, in which zone it is read, and when the week begins."""
    moment = turn.asked.moment
    day = say_weekday(moment.week_start, moment.language)
    turn.tell("help", examples=HELP, zone=moment.zone.replace("_", " "), day=day)
    return turn.memory


async def not_understood(turn: Turn, intent: NotUnderstood) -> Memory:
    """Say that nothing was understood, and what helps."""
    turn.reply.data("not-understood", {"reason": intent.reason})
    turn.tell("cannot" if intent.reason == "cannot" else "not_understood", hint=intent.hint, examples=EXAMPLES)
    return turn.asked.before.memory
