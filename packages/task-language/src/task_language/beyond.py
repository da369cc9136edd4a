"""What is asked of every assistant and cannot be done here: saying so is better than guessing."""

from __future__ import annotations

from task_language.intents import NotUnderstood
from task_language.lexicon import first_of
from task_language.line import Line

_ASKED: tuple[tuple[tuple[str, ...], str], ...] = (
    (("share", "invite", "assign", "delegate"), "Tasks and lists here are yours alone: I cannot share or assign them."),
    (
        ("order me", "order a", "buy me", "book me", "play", "translate", "tell me a joke", "tell a joke", "sing"),
        "I look after tasks and nothing else; I can add one for it.",
    ),
    (
        ("whats the weather", "what's the weather", "what is the weather", "how is the weather", "will it rain",
         "is it going to rain", "whats the time", "what's the time", "what time is it", "who are you", "who is"),
        "I look after your tasks, and know nothing of the world outside.",
    ),
    (("attach", "upload", "print", "scan"), "Tasks here hold words and dates, no files."),
    (
        ("delete all", "delete everything", "remove all", "remove everything", "clear all", "clear everything",
         "complete all", "complete everything", "finish everything", "wipe"),
        "One task at a time: say its name.",
    ),
)  # fmt: skip


def beyond(line: Line) -> NotUnderstood | None:
    """Return what cannot be done here, None for all else."""
    low = line.low
    for phrases, sentence in _ASKED:
        if taken := first_of(low, 0, phrases):
            is_all = sentence.startswith("One task")
            # "Delete all the bills" may be a title's words; "delete all my tasks" is none.
            if not is_all or all(word in ("my", "the", "of", "tasks", "them", "task", "open") for word in low[taken:]):
                return NotUnderstood("unknown" if is_all else "cannot", sentence)
    return None
