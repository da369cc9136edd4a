"""A line without a verb that has a day or a rule in it may be a task, "dentist friday 3pm": asked, never guessed."""

from __future__ import annotations

from task_language.intents import Perhaps
from task_language.line import Line
from task_language.quick_add import parse

_NO_TASK = {
    "what", "whats", "what's", "when", "whens", "where", "why", "who", "how", "hows", "which", "is", "are", "was",
    "were", "am", "do", "does", "did", "can", "could", "will", "would", "should", "shall", "may", "have", "has", "had",
    "i", "i'm", "im", "i've", "i'll", "it", "it's", "its", "there", "that", "that's", "this", "you", "he", "she", "we",
    "they", "hello", "hi", "thanks", "thank", "thx", "yes", "no", "nope", "undo", "done", "list", "show", "delete",
    "remove", "move", "skip", "pause", "resume", "stop", "nothing", "never", "if", "not", "because", "my", "your",
    "today", "tomorrow", "on",
}  # fmt: skip
LONGEST = 100


def perhaps(line: Line) -> Perhaps | None:
    """Return the task that a line may be, None where it is a question, a remark, or has no day and no rule."""
    low = line.low
    if not low or low[0] in _NO_TASK or len(line.text) > LONGEST or line.text.rstrip().endswith("?"):
        return None
    draft = parse(line.text, line.moment)
    dated = draft.date is not None or draft.repeat is not None
    return Perhaps(draft) if dated and any(sign.isalpha() for sign in draft.title) else None
