"""The built-in model: deterministic, no key. It knows what task-language understands, and asks when in doubt."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from task_language import (
    Add,
    Choose,
    Delete,
    Help,
    Intent,
    Listed,
    MakeList,
    No,
    NotUnderstood,
    OnlyThis,
    Pause,
    Reopen,
    Resume,
    Search,
    StopRepeating,
    Target,
    Undo,
    Yes,
    understand,
)

from todo_backend.application.shapes import task_answer
from todo_backend.conversations.domain import Memory, Question
from todo_backend.doors.chat import acts, list_acts, wording
from todo_backend.doors.chat.acting import Turn
from todo_backend.doors.chat.acts import ACTS
from todo_backend.doors.chat.finding import CLOSED, OPEN, Candidates, find, find_repeating
from todo_backend.doors.chat.model import Asked
from todo_backend.doors.chat.reply import Json, Reply
from todo_backend.doors.chat.tools import Tools
from todo_backend.errors import TodoError
from todo_backend.tasks.reading import Found

SHOWN = 20
OFFERED = 9
HELP = """I understand lines such as:
- add pay rent on the last day of every month at 17:00 remind me 30 minutes before
- add water the plants every 3 days after completion · add stretch every 4 hours
- add call Ada at half past 9 on the first monday of may · in 2 hours · a week from tomorrow · 9am New York time
- done with pay rent · reopen pay rent · skip pay rent
- what is due today · what is due this week · overdue · search rent
- make a list Household · move pay rent to Household · show list Household
- move pay rent to friday · repeat pay rent every month · remind me 1 hour before pay rent
- skip all missed of pay rent · postpone pay rent to the next date
- pause pay rent · pause pay rent until 1 december · resume pay rent · stop repeating pay rent
- delete pay rent · undo"""


class BuiltIn:
    """Answers with the grammar alone; see `Model`."""

    async def answer(self, asked: Asked, tools: Tools, reply: Reply) -> Memory:
        """Answer one line. A refusal of an act is said, and nothing was changed then."""
        turn = Turn(asked, tools, reply, asked.line, asked.moment.now)
        try:
            return await self._do(understand(asked.line, asked.moment), turn)
        except TodoError as error:
            detail = f" ({wording.named(error.detail)})" if error.detail else ""
            calm = "" if "nothing was" in error.sentence else " Nothing was changed."
            reply.text(f"{error.sentence.rstrip('.')}{detail}.{calm}")
            return turn.memory

    async def _do(self, intent: Intent, turn: Turn) -> Memory:
        question = turn.asked.before.memory.question
        match intent:
            case NotUnderstood():
                turn.reply.data("not-understood", {"reason": intent.reason})
                turn.reply.text(f"I did not understand that, and nothing was changed. {intent.hint}")
                return turn.asked.before.memory
            case Help():
                turn.reply.text(HELP)
                return turn.memory
            case Add():
                return await acts.add(turn, intent)
            case MakeList():
                return await list_acts.make(turn, intent)
            case Listed():
                return await self._list(turn, intent)
            case Search():
                return await self._search(turn, intent)
            case Undo():
                return await self._undo(turn)
            case Yes() | OnlyThis() if question is not None and question.kind == "sure":
                return await self._sure(turn, question, only_this=isinstance(intent, OnlyThis))
            case Delete() if question is not None and question.kind == "sure" and intent.target.is_it:
                return await self._sure(turn, question, only_this=intent.only_this)
            case No() if question is not None:
                turn.reply.text("Left as it is.")
                return turn.memory
            case Choose() if question is not None and question.kind == "which":
                return await self._chosen(turn, question, intent.number)
            case Choose():
                return await self._shown(turn, intent.number)
            case Yes() | No() | OnlyThis():
                turn.reply.text("I have not asked anything; nothing was changed.")
                return turn.asked.before.memory
            case _:
                return await self._with_target(turn, intent)

    async def _with_target(self, turn: Turn, intent: Any) -> Memory:
        target: Target = intent.target
        if isinstance(intent, Pause | Resume | StopRepeating):
            return await self._decided(turn, intent, await find_repeating(target, turn.memory, turn.tools), OPEN)
        status = CLOSED if isinstance(intent, Reopen) else OPEN
        found = await find(target, turn.memory, turn.tools, status)
        if not found.found and status is OPEN:
            closed = await find(target, turn.memory, turn.tools, CLOSED)
            if isinstance(intent, Delete):
                found = closed
            elif closed.is_sure:
                [(task, _)] = closed.found
                turn.reply.text(f"{wording.named(task.title)} is {task.status} already; nothing was changed.")
                return turn.memory
        return await self._decided(turn, intent, found, status)

    async def _decided(self, turn: Turn, intent: Any, found: Candidates, status: tuple[str, ...]) -> Memory:
        if not found.found:
            turn.reply.text(f"{_missing(intent.target, status)} Nothing was changed.")
            return turn.memory
        if not found.is_sure:
            return self._which(turn, found)
        return await ACTS[type(intent)](turn, intent, found.found[0])

    def _which(self, turn: Turn, candidates: Candidates) -> Memory:
        offered = candidates.found[:OFFERED]
        tasks = [task_answer(*found) for found in offered]
        turn.reply.data("question", {"kind": "which", "tasks": tasks})
        more = " There are more; say more of its title." if len(candidates.found) > OFFERED else ""
        turn.reply.text(f"Which one do you mean?{more}\n{wording.numbered(offered, turn.asked.moment)}")
        ids = tuple(task.id for task, _ in offered)
        question = Question(kind="which", line=turn.line, said_at=turn.said_at, tasks=ids)
        return turn.memory.model_copy(update={"question": question, "offered": ids})

    async def _chosen(self, turn: Turn, question: Question, number: int) -> Memory:
        """Do what was said before the question, to the task that was chosen now."""
        found = await _at(question.tasks, number, turn)
        if found is None:
            turn.reply.text(f"Say a number from 1 to {len(question.tasks)}, or no. Nothing was changed.")
            return turn.asked.before.memory
        intent = understand(question.line, replace(turn.asked.moment, now=question.said_at))
        earlier = replace(turn, line=question.line, said_at=question.said_at)
        act = ACTS.get(type(intent))
        if act is None:
            return await self._shown(turn, number)
        return await act(earlier, intent, found)

    async def _sure(self, turn: Turn, question: Question, *, only_this: bool) -> Memory:
        found = await _at(question.tasks, 1, turn)
        intent = understand(question.line, replace(turn.asked.moment, now=question.said_at))
        if found is None or not isinstance(intent, Delete):
            turn.reply.text("That task is gone already; nothing was changed.")
            return turn.memory
        return await acts.deleted(turn, found, question.version, only_this or intent.only_this)

    async def _shown(self, turn: Turn, number: int) -> Memory:
        found = await _at(turn.memory.offered, number, turn)
        if found is None:
            turn.reply.text("I have not shown you a task with that number. Say for example “what is due today”.")
            return turn.memory
        turn.reply.text(f"{wording.numbered([found], turn.asked.moment)[3:]}. Say what to do with it.")
        return turn.memory.model_copy(update={"focus": found[0].id})

    async def _list(self, turn: Turn, intent: Listed) -> Memory:
        filters: Json = {"status": ("open",), "sort": "due", "limit": SHOWN}
        given: Json = {"name": intent.name, "overdue": intent.overdue}
        if intent.first is not None:
            filters |= {"due_from": intent.first, "due_to": intent.last}
            given |= {"due_from": str(intent.first), "due_to": str(intent.last)}
        if intent.tag is not None:
            filters["tag"] = (intent.tag,)
        if intent.overdue:
            filters["overdue"] = True
        if intent.list_name is not None:
            meant = await turn.tools.list_named(intent.list_name)
            filters["list_id"] = meant.id
            given |= {"list_id": str(meant.id)}
            intent = replace(intent, name=f"in {wording.named(meant.name)}")
        found, more = await self._page(turn, "list_tasks", given, filters)
        what = _what(intent)
        words = f"{what}:" if found else f"Nothing is {what[0].lower()}{what[1:]}."
        memory = self._say_list(turn, words, found, more)
        if intent.name == "today":
            late, _ = await turn.tools.page(status=("open",), overdue=True, due_to=intent.first, limit=SHOWN)
            count = sum(1 for task, _ in late if task.due is not None and task.due.date < turn.asked.moment.today)
            if count:
                turn.reply.text(f"{count} {'is' if count == 1 else 'are'} late; say “overdue” to see.")
        return memory

    async def _search(self, turn: Turn, intent: Search) -> Memory:
        given: Json = {"words": intent.words}
        found, more = await self._page(
            turn, "search_tasks", given, {"q": intent.words, "limit": SHOWN, "sort": "-updated"}
        )
        words = "Found:" if found else f"There is no task with {wording.named(intent.words)}."
        return self._say_list(turn, words, found, more)

    async def _page(self, turn: Turn, name: str, given: Json, filters: Json) -> tuple[list[Found], bool]:
        found: list[Found] = []
        more = False

        async def read() -> Json:
            nonlocal found, more
            found, more = await turn.tools.page(**filters)
            return {"tasks": [task_answer(*each) for each in found], "more": more}

        await turn.reply.tool(name, given, read())
        return found, more

    def _say_list(self, turn: Turn, words: str, found: list[Found], more: bool) -> Memory:
        lines = f"\n{wording.numbered(found, turn.asked.moment)}" if found else ""
        turn.reply.text(f"{words}{lines}{chr(10) + 'There are more.' if more else ''}")
        if not found:
            return turn.memory
        ids = tuple(task.id for task, _ in found)
        return turn.memory.model_copy(update={"offered": ids, "focus": ids[0] if len(ids) == 1 else None})

    async def _undo(self, turn: Turn) -> Memory:
        handle = turn.memory.undo
        if handle is None:
            turn.reply.text("There is nothing here to take back.")
            return turn.memory
        output = await turn.reply.tool("undo", {"handle": str(handle)}, turn.tools.undo(handle))
        turn.reply.changed = True
        told = [_restored(task, turn) for task in output["tasks"]]
        told += [_list_restored(one) for one in output["lists"]]
        turn.reply.text("Taken back. " + " ".join(told))
        return turn.memory.model_copy(update={"undo": None})


async def _at(ids: tuple[Any, ...], number: int, turn: Turn) -> Found | None:
    place = number - 1 if number > 0 else number
    return await turn.tools.one(ids[place]) if -len(ids) <= place < len(ids) else None


def _missing(target: Target, status: tuple[str, ...]) -> str:
    if target.is_it or target.number is not None:
        return "I do not know which task you mean; say its name."
    return f"There is no {'open' if status is OPEN else 'closed'} task like {wording.named(target.words)}."


def _what(intent: Listed) -> str:
    if intent.overdue:
        return "Overdue"
    if intent.tag is not None or intent.list_name is not None:
        return f"Open, {intent.name}"
    return "Open" if intent.first is None else f"Due {intent.name}"


def _restored(task: Json, turn: Turn) -> str:
    name = wording.named(task["title"])
    if task["deleted_at"] is not None:
        return f"{name} is gone."
    due = wording.said_due(task["due"], turn.asked.moment)
    return f"{name} is {task['status']}{f', {due}' if due else ''}."


def _list_restored(one: Json) -> str:
    gone = one["deleted_at"] is not None
    return f"The list {wording.named(one['name'])} is {'gone; its tasks stay' if gone else 'as it was'}."
