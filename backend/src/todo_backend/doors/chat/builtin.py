"""The built-in model: deterministic, no key. It knows what task-language understands, and asks when in doubt."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from task_language import (
    EXAMPLES,
    Add,
    Choose,
    Complete,
    Delete,
    DeleteList,
    Did,
    Help,
    Intent,
    Listed,
    Lists,
    MakeList,
    MoveToList,
    No,
    NotUnderstood,
    OnlyThis,
    Pause,
    Perhaps,
    RenameList,
    Reopen,
    Resume,
    Search,
    Snooze,
    StopRepeating,
    Target,
    Undo,
    WasDone,
    Yes,
    say_weekday,
    understand,
)

from todo_backend.application.shapes import task_answer
from todo_backend.conversations.domain import Memory, Question
from todo_backend.doors.chat import acts, list_acts, looking, snooze_acts, telling, wording
from todo_backend.doors.chat.acting import Turn
from todo_backend.doors.chat.acts import ACTS
from todo_backend.doors.chat.finding import CLOSED, OPEN, Candidates, find, find_repeating
from todo_backend.doors.chat.model import Asked
from todo_backend.doors.chat.reply import Reply
from todo_backend.doors.chat.tools import Tools
from todo_backend.errors import ListNotFound, TodoError
from todo_backend.tasks.reading import Found

OFFERED = 9
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


class BuiltIn:
    """Answers with the grammar alone; see `Model`."""

    async def answer(self, asked: Asked, tools: Tools, reply: Reply) -> Memory:
        """Answer one line. A refusal of an act is said, and nothing was changed then."""
        turn = Turn(asked, tools, reply, asked.line, asked.moment.now)
        try:
            return await _do(understand(asked.line, asked.moment), turn)
        except TodoError as error:
            detail = f" ({wording.named(error.detail)})" if error.detail else ""
            sentence = f"{error.sentence.rstrip('.')}{detail}"
            if "nothing was" in error.sentence:
                turn.reply.text(f"{sentence}.")
            else:
                turn.tell("refused", sentence=sentence)
            return turn.memory


async def _do(intent: Intent, turn: Turn) -> Memory:
    question = turn.asked.before.memory.question
    match intent:
        case NotUnderstood():
            return await _not_understood(turn, intent, question)
        case Perhaps() if question is not None and question.kind == "which":
            # "The gardener on friday" chooses; only what cannot is a line of its own.
            chosen = await _by_words(turn, question)
            return _asked_to_add(turn, intent) if chosen is None else await _chosen(turn, question, chosen)
        case Help():
            moment = turn.asked.moment
            day = say_weekday(moment.week_start, moment.language)
            turn.tell("help", examples=HELP, zone=moment.zone.replace("_", " "), day=day)
            return turn.memory
        case Yes() | OnlyThis():
            return await _agreed(turn, intent, question)
        case No():
            turn.tell("not_asked" if question is None else "left")
            return turn.asked.before.memory if question is None else turn.memory
        case Choose() if question is not None and question.kind == "which":
            return await _chosen(turn, question, intent.number)
        case Choose():
            return await _shown(turn, intent.number)
        case Delete() if question is not None and question.kind == "sure" and intent.target.is_it:
            return await _sure(turn, question, only_this=intent.only_this)
        case Add():
            return await acts.add(turn, intent)
        case Perhaps():
            return _asked_to_add(turn, intent)
        case MakeList():
            return await list_acts.make(turn, intent)
        case RenameList():
            return await list_acts.rename(turn, intent)
        case DeleteList():
            try:
                return await list_acts.delete(turn, intent)
            except ListNotFound:
                return await _with_target(turn, Delete(intent.or_task))
        case Lists():
            return await list_acts.show(turn)
        case Listed():
            return await looking.listed(turn, intent)
        case Search():
            return await looking.searched(turn, intent)
        case WasDone():
            return await looking.was_done(turn, intent)
        case Undo():
            return await looking.taken_back(turn)
        case Did():
            return await _did(turn, intent)
        case _:
            return await _with_target(turn, intent)


async def _not_understood(turn: Turn, intent: NotUnderstood, question: Question | None) -> Memory:
    if question is not None and question.kind == "which" and intent.reason == "unknown":
        chosen = await _by_words(turn, question)
        if chosen is not None:
            return await _chosen(turn, question, chosen)
    turn.reply.data("not-understood", {"reason": intent.reason})
    turn.tell("cannot" if intent.reason == "cannot" else "not_understood", hint=intent.hint, examples=EXAMPLES)
    return turn.asked.before.memory


async def _agreed(turn: Turn, intent: Yes | OnlyThis, question: Question | None) -> Memory:
    """Do what was asked about. Where one task was offered for a word with a slip, yes chooses it."""
    if question is not None and question.kind == "sure":
        return await _sure(turn, question, only_this=isinstance(intent, OnlyThis))
    if question is not None and isinstance(intent, Yes) and len(question.tasks) == 1:
        return await _chosen(turn, question, 1)
    turn.tell("not_asked")
    return turn.asked.before.memory


async def _with_target(turn: Turn, intent: Any) -> Memory:
    target: Target = intent.target
    if isinstance(intent, Pause | Resume | StopRepeating):
        return await _decided(turn, intent, await find_repeating(target, turn.memory, turn.tools), OPEN)
    if isinstance(intent, Snooze):
        return await _decided(turn, intent, await snooze_acts.find_told(intent, turn), OPEN)
    status = CLOSED if isinstance(intent, Reopen) else OPEN
    found = await find(target, turn.memory, turn.tools, status)
    if isinstance(intent, MoveToList) and intent.or_add is not None and not found.is_sure:
        return await acts.add(turn, Add(intent.or_add))
    if isinstance(intent, Complete) and not found.is_sure:
        told = await telling.told_of(target.words, turn.tools) if target.words else found
        found = told if told.is_sure else found
    if not found.found and status is OPEN:
        closed = await find(target, turn.memory, turn.tools, CLOSED)
        if isinstance(intent, Delete):
            found = closed
        elif closed.is_sure:
            [(task, _)] = closed.found
            turn.tell("is_already", title=wording.named(task.title), status=turn.words(f"status_{task.status}"))
            return turn.memory
    return await _decided(turn, intent, found, status)


async def _decided(turn: Turn, intent: Any, found: Candidates, status: tuple[str, ...]) -> Memory:
    target: Target = intent.target
    if not found.found and target.words:
        found = await telling.with_slips(target.words, turn.tools, status)
    if not found.found:
        if target.is_it or target.number is not None:
            turn.tell("which_task")
        else:
            turn.tell("no_open_task" if status is OPEN else "no_closed_task", words=wording.named(target.words))
        return turn.memory
    if not found.is_sure:
        return _which(turn, found)
    return await ACTS[type(intent)](turn, intent, found.found[0])


async def _did(turn: Turn, intent: Did) -> Memory:
    """Close what was told of; where that is none of the tasks, nothing was understood."""
    found = await telling.told_of(intent.words, turn.tools)
    if not found.found:
        turn.reply.data("not-understood", {"reason": "unknown"})
        turn.tell("no_open_task", words=wording.named(intent.words))
        return turn.asked.before.memory
    if not found.is_sure:
        return _which(turn, found)
    return await ACTS[Complete](turn, intent, found.found[0])


def _which(turn: Turn, candidates: Candidates) -> Memory:
    offered = candidates.found[:OFFERED]
    tasks = [task_answer(*found) for found in offered]
    turn.reply.data("question", {"kind": "which", "tasks": tasks})
    heading = turn.words("which_one_of_many" if len(candidates.found) > OFFERED else "which_one")
    turn.reply.text(f"{heading}\n{wording.numbered(offered, turn.asked.moment)}")
    ids = tuple(task.id for task, _ in offered)
    question = Question(kind="which", line=turn.line, said_at=turn.said_at, tasks=ids)
    return turn.memory.model_copy(update={"question": question, "offered": ids})


def _asked_to_add(turn: Turn, intent: Perhaps) -> Memory:
    """Read back what a line without a verb would add, and ask."""
    facts = wording.drafted(intent.draft, turn.asked)
    turn.reply.data("question", {"kind": "sure", "act": "add", "tasks": [{"title": intent.draft.title}]})
    turn.tell("perhaps", title=wording.named(intent.draft.title), facts=facts)
    question = Question(kind="sure", line=turn.line, said_at=turn.said_at, tasks=())
    return turn.memory.model_copy(update={"question": question})


async def _chosen(turn: Turn, question: Question, number: int) -> Memory:
    """Do what was said before the question, to the task that was chosen now."""
    found = await _at(question.tasks, number, turn)
    if found is None:
        turn.tell("say_a_number", count=len(question.tasks))
        return turn.asked.before.memory
    intent = understand(question.line, replace(turn.asked.moment, now=question.said_at))
    earlier = replace(turn, line=question.line, said_at=question.said_at)
    act = ACTS.get(Complete if isinstance(intent, Did) else type(intent))
    if act is None:
        return await _shown(turn, number)
    return await act(earlier, intent, found)


async def _by_words(turn: Turn, question: Question) -> int | None:
    offered = [found for task_id in question.tasks if (found := await turn.tools.one(task_id)) is not None]
    if len(offered) < len(question.tasks):
        return None
    return telling.chosen_by_words(turn.asked.line, offered)


async def _sure(turn: Turn, question: Question, *, only_this: bool) -> Memory:
    """Do what was asked about, now that the person has said yes."""
    intent = understand(question.line, replace(turn.asked.moment, now=question.said_at))
    if isinstance(intent, Perhaps):
        return await acts.add(replace(turn, line=question.line, said_at=question.said_at), Add(intent.draft))
    if isinstance(intent, DeleteList) and not question.tasks:
        return await list_acts.deleted(turn, intent, question.version)
    found = await _at(question.tasks, 1, turn)
    if found is None or not isinstance(intent, Delete | DeleteList):
        turn.tell("gone_already")
        return turn.memory
    only_this = only_this or (isinstance(intent, Delete) and intent.only_this)
    return await acts.deleted(turn, found, question.version, only_this)


async def _shown(turn: Turn, number: int) -> Memory:
    found = await _at(turn.memory.offered, number, turn)
    if found is None:
        turn.tell("not_shown")
        return turn.memory
    turn.tell("chosen", task=wording.numbered([found], turn.asked.moment)[3:])
    return turn.memory.model_copy(update={"focus": found[0].id})


async def _at(ids: tuple[Any, ...], number: int, turn: Turn) -> Found | None:
    place = number - 1 if number > 0 else number
    return await turn.tools.one(ids[place]) if -len(ids) <= place < len(ids) else None
