"""The table of what the chat understands: each intent of the grammar, what is done, and by which tools.

The built-in model answers by it, and an intent can call no other tool than it says; docs/acts.md is made of it.
"""

from __future__ import annotations

from collections.abc import Mapping

from task_language import (
    Add,
    Choose,
    DeleteList,
    Did,
    Help,
    Intent,
    Listed,
    Lists,
    MakeList,
    No,
    NotUnderstood,
    OnlyThis,
    Perhaps,
    RenameList,
    Search,
    Undo,
    WasDone,
    Yes,
)

from todo_backend.doors.chat import acts, answering, guidance, list_acts, looking, targets
from todo_backend.doors.chat.acting import Led
from todo_backend.doors.chat.acts import ON_TASK

INTENTS: Mapping[type[Intent], Led] = {
    **{kind: Led(targets.act, on_task.tools, on_task.looks) for kind, on_task in ON_TASK.items()},
    Add: Led(acts.add, ("add_task",)),
    Perhaps: Led(answering.ask_to_add),
    Did: Led(targets.did, ("complete_task",)),
    MakeList: Led(list_acts.make, ("make_list",)),
    RenameList: Led(list_acts.rename, ("rename_list",)),
    DeleteList: Led(targets.delete_list, ("delete_list", "delete_task")),
    Lists: Led(list_acts.show, ("list_lists",)),
    Listed: Led(looking.listed, ("list_tasks",)),
    Search: Led(looking.searched, ("search_tasks",)),
    WasDone: Led(looking.was_done, ("list_tasks",)),
    Undo: Led(looking.taken_back, ("undo",)),
    Yes: Led(answering.agree, answering.SURE),
    OnlyThis: Led(answering.agree, answering.SURE),
    No: Led(answering.leave),
    # A choice does what the line before it wanted.
    Choose: Led(answering.choose),
    Help: Led(guidance.help_out),
    NotUnderstood: Led(guidance.not_understood),
}


def lead_to(tool: str) -> list[str]:
    """Return the names of the intents that lead to a tool."""
    return sorted(kind.__name__ for kind, intent in INTENTS.items() if tool in intent.tools)
