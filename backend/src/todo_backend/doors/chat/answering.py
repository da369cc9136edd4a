"""Questions of the chat, and what their answers lead to: which of some tasks, and whether to do it."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from task_language import Add, Choose, Complete, Did, No, OnlyThis, Perhaps, Yes, understand

from todo_backend.application.shapes import task_answer
from todo_backend.conversations.domain import Memory, Question
from todo_backend.doors.chat import acts, deleting, telling, wording
from todo_backend.doors.chat.acting import Turn
from todo_backend.doors.chat.acts import ON_TASK
from todo_backend.doors.said import named
from todo_backend.doors.tools.which import Candidates
from todo_backend.tasks.reading import Found

OFFERED = 9
SURE = ("add_task", "delete_task", "delete_list")
"""What a yes leads to."""


def which_one(turn: Turn, candidates: Candidates) -> Memory:
    """Offer the tasks that may be meant, and ask."""
    offered = candidates.found[:OFFERED]
    tasks = [task_answer(*found) for found in offered]
    turn.reply.data("question", {"kind": "which", "tasks": tasks})
    heading = turn.words("which_one_of_many" if len(candidates.found) > OFFERED else "which_one")
    turn.reply.text(f"{heading}\n{wording.numbered(tasks, turn.asked.moment)}")
    ids = tuple(task.id for task, _ in offered)
    question = Question(kind="which", line=turn.line, said_at=turn.said_at, tasks=ids)
    return turn.memory.model_copy(update={"question": question, "offered": ids})


async def ask_to_add(turn: Turn, intent: Perhaps) -> Memory:
    """Read back what a line without a verb would add, and ask."""
    facts = wording.drafted(intent.draft, turn.asked)
    turn.reply.data("question", {"kind": "sure", "act": "add", "tasks": [{"title": intent.draft.title}]})
    turn.tell("perhaps", title=named(intent.draft.title), facts=facts)
    question = Question(kind="sure", line=turn.line, said_at=turn.said_at, tasks=())
    return turn.memory.model_copy(update={"question": question})


async def agree(turn: Turn, intent: Yes | OnlyThis) -> Memory:
    """Do what was asked about. Where one task was offered for a word with a slip, yes chooses it."""
    question = turn.asked.before.memory.question
    if question is not None and question.kind == "sure":
        return await sure(turn, question, only_this=isinstance(intent, OnlyThis))
    if question is not None and isinstance(intent, Yes) and len(question.tasks) == 1:
        return await chosen(turn, question, 1)
    turn.tell("not_asked")
    return turn.asked.before.memory


async def leave(turn: Turn, intent: No) -> Memory:  # noqa: ARG001 - all intents are called alike
    """Leave it as it is."""
    is_asked = turn.asked.before.memory.question is not None
    turn.tell("left" if is_asked else "not_asked")
    return turn.memory if is_asked else turn.asked.before.memory


async def choose(turn: Turn, intent: Choose) -> Memory:
    """Take the n-th of what was offered, or of what was shown."""
    question = turn.asked.before.memory.question
    if question is not None and question.kind == "which":
        return await chosen(turn, question, intent.number)
    return await _shown(turn, intent.number)


async def chosen(turn: Turn, question: Question, number: int) -> Memory:
    """Do what was said before the question, to the task that was chosen now."""
    found = await _at(question.tasks, number, turn)
    if found is None:
        turn.tell("say_a_number", count=len(question.tasks))
        return turn.asked.before.memory
    intent = understand(question.line, replace(turn.asked.moment, now=question.said_at))
    act = ON_TASK.get(Complete if isinstance(intent, Did) else type(intent))
    if act is None:
        return await _shown(turn, number)
    return await act.run(replace(turn, line=question.line, said_at=question.said_at, may=act.may), intent, found)


async def by_words(turn: Turn, question: Question) -> int | None:
    """Return which of the offered tasks a line names by words; None when it names none."""
    offered = [found for task_id in question.tasks if (found := await turn.tools.one(task_id)) is not None]
    if len(offered) < len(question.tasks):
        return None
    return telling.chosen_by_words(turn.asked.line, offered)


async def sure(turn: Turn, question: Question, *, only_this: bool) -> Memory:
    """Do what was asked about, now that the person has said yes."""
    turn = replace(turn, may=frozenset(SURE))
    if question.tasks and await turn.tools.one(question.tasks[0]) is None:
        turn.tell("gone_already")
        return turn.memory
    if [call.name for call in question.calls] in (["delete_task"], ["delete_list"]):
        return await deleting.confirmed(turn, question, only_this=only_this)
    intent = understand(question.line, replace(turn.asked.moment, now=question.said_at))
    if isinstance(intent, Perhaps) and not question.calls:
        return await acts.add(replace(turn, line=question.line, said_at=question.said_at), Add(intent.draft))
    # A model asked this, and is not there any more.
    turn.tell("not_asked")
    return turn.memory


async def _shown(turn: Turn, number: int) -> Memory:
    found = await _at(turn.memory.offered, number, turn)
    if found is None:
        turn.tell("not_shown")
        return turn.memory
    turn.tell("chosen", task=wording.numbered([task_answer(*found)], turn.asked.moment)[3:])
    return turn.memory.model_copy(update={"focus": found[0].id})


async def _at(ids: tuple[UUID, ...], number: int, turn: Turn) -> Found | None:
    place = number - 1 if number > 0 else number
    return await turn.tools.one(ids[place]) if -len(ids) <= place < len(ids) else None
