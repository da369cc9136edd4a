"""The chat's grammar: one line to one intent. Each verb has a reader; what no reader takes is not understood."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from task_language import intents
from task_language.answers import answer
from task_language.asked_past import asked_past
from task_language.beyond import beyond
from task_language.dates import whole
from task_language.draft import ReminderWish
from task_language.intents import Intent, NotUnderstood, Target
from task_language.later import done_later, made_later, pushed_back
from task_language.lexicon import first_of
from task_language.line import Line
from task_language.list_phrases import (
    added_to_list,
    asked_lists,
    called,
    deleted_list,
    into_list,
    made_list,
    new_list,
    put_in_list,
    renamed,
)
from task_language.listings import listing
from task_language.manners import without_manners
from task_language.moment import LINE_LIMIT, Moment, words_of
from task_language.perhaps import perhaps
from task_language.quick_add import parse
from task_language.reminders import Reminding, told_at
from task_language.repeat_grammar import repeat_at
from task_language.series_phrases import again, caught_up, on_hold, paused, skipped
from task_language.snoozing import reminded_again, snoozing
from task_language.told import days_of, told

EXAMPLES = "“add pay rent tomorrow at 17:00”, “done with pay rent” or “what is due today”"
_TOO_LONG = NotUnderstood("too_long", f"A line has at most {LINE_LIMIT} characters.")
_EMPTY = NotUnderstood("empty", f"Say for example {EXAMPLES}.")
_UNKNOWN = NotUnderstood("unknown", f"Say for example {EXAMPLES}; “help” tells the rest.")
_SEVERAL = NotUnderstood("unknown", "One task at a time: say its name.")
_ALL = {"all", "everything", "all tasks", "all of them", "every task", "them", "them all", "both", "all my tasks"}

_Reader = Callable[[Line], Intent | None]


def understand(text: str, moment: Moment) -> Intent:
    """Return what a line wants. Never raises; what is not understood says so, with a hint."""
    if len(text) > LINE_LIMIT:
        return _TOO_LONG
    line = Line(text, tuple(words_of(text)), moment)
    said = " ".join(line.low).rstrip("!")
    if not said:
        return _EMPTY
    wish = without_manners(line)
    answered = answer(said, line.low) or answer(" ".join(wish.low).rstrip("!"), wish.low)
    if answered is not None:
        return answered
    line = wish
    found = beyond(line) or asked_past(line.low, moment) or asked_lists(line) or listing(line.low, moment)
    if found is not None:
        return found
    for phrase, reader in _VERBS:
        if taken := first_of(line.low, 0, (phrase,)):
            intent = reader(line.part(taken))
            if intent is not None:
                return _one_at_a_time(intent)
    stated = told(line)
    return _one_at_a_time(stated) if stated else perhaps(line) or _UNKNOWN


def _one_at_a_time(intent: Intent) -> Intent:
    target = getattr(intent, "target", None)
    return _SEVERAL if isinstance(target, Target) and target.words.lower() in _ALL else intent


def _add(line: Line) -> Intent | None:
    line = line.part(first_of(line.low, 0, ("a new task to", "a task to", "a new task", "a task", "task to", "task",
                                            "a todo", "todo", "a reminder to")))  # fmt: skip
    if not line.text.strip():
        return NotUnderstood("incomplete", "Say what to add, for example “add pay rent tomorrow at 17:00”.")
    draft = parse(line.text, line.moment)
    if not draft.title:
        return NotUnderstood("incomplete", "Say what the task is called, too.")
    return added_to_list(line) or intents.Add(draft)


def _remind_to(line: Line) -> Intent | None:
    """Read "remind me to X …": a new task that reminds when it is due, unless another reminder is said."""
    intent = _add(line)
    if not isinstance(intent, intents.Add):
        return intent
    draft = intent.draft
    if draft.date is None:
        return NotUnderstood("incomplete", "Say when, for example “remind me to pay rent tomorrow at 17:00”.")
    return intents.Add(draft if draft.reminders else replace(draft, reminders=(ReminderWish(0),)))


def _remind(line: Line) -> Intent | None:
    """Read "30 minutes before X", "about X 30 minutes before", "about X tomorrow at 9"."""
    low = line.low
    lead = first_of(low, 0, ("about", "of", "for"))
    if not lead:
        found = told_at(low, 0, line.moment)
        if found is not None and found[1].minutes_before is not None:
            return _reminded(line.part(found[0]), found[1])
        if found is None:
            return None
        about = found[0] + first_of(low, found[0], ("about", "of"))
        return _reminded(line.part(about), found[1]) if about > found[0] else None
    for at in range(lead + 1, len(low)):
        found = told_at(low, at, line.moment)
        if found is not None and found[0] == len(low):
            return _reminded(line.part(lead, at), found[1])
    return NotUnderstood("incomplete", "Say when, for example “remind me about pay rent 30 minutes before”.")


def _reminded(line: Line, reminding: Reminding) -> Intent:
    return intents.Remind(line.target() or Target(is_it=True), reminding)


def _with_target(make: Callable[[Target], Intent], verb: str) -> _Reader:
    def read(line: Line) -> Intent:
        target = line.target()
        return make(target) if target else NotUnderstood("incomplete", f"Say which task to {verb}.")

    return read


def _complete(line: Line) -> Intent:
    low = line.low
    past = len(low) - (2 if low[-2:] in (["as", "done"], ["as", "complete"], ["as", "completed"]) else 0)
    target = line.part(0, past).target()
    return intents.Complete(target) if target else NotUnderstood("incomplete", "Say which task is done.")


def _mark(line: Line) -> Intent | None:
    low = line.low
    length = 2 if low[-2:] in (["as", "done"], ["as", "complete"], ["as", "completed"]) else 1
    if low[-1:] not in (["done"], ["complete"], ["completed"]):
        return None
    target = line.part(0, len(low) - length).target()
    return intents.Complete(target) if target else None


def _delete(line: Line) -> Intent | None:
    low = line.low
    past = len(low)
    for phrase in (["only", "this", "time"], ["just", "this", "once"], ["this", "time"]):
        if low[-len(phrase) :] == phrase:
            past -= len(phrase)
            break
    target = line.part(0, past).target()
    if target is None:
        return NotUnderstood("incomplete", "Say which task to delete.")
    return intents.Delete(target, only_this=past < len(low))


def _move(line: Line) -> Intent | None:
    low = line.low
    if "back" in low and (pushed := pushed_back(line)):
        return pushed
    for at in range(len(low) - 1, 0, -1):
        if low[at] in ("to", "until", "till") and " ".join(low[at + 1 :]) in _NEXT_DATE:
            target = line.part(0, at).target()
            return intents.ToNextDate(target) if target else None
        if low[at] in ("to", "until", "till", "for", "on") and (when := whole(low[at + 1 :], line.moment)):
            target = line.part(0, at).target()
            return intents.Move(target, when) if target else None
        if low[at] == "by" and (days := days_of(low[at + 1 :])):
            target = line.part(0, at).target()
            return intents.Move(target, days_later=days) if target else None
    return NotUnderstood("incomplete", "Say which task and to when, for example “move pay rent to friday”.")


_NEXT_DATE = ("the next date", "its next date", "next date", "the next one", "the next time", "its next time",
              "the next occurrence", "its next occurrence")  # fmt: skip


def _move_or_list(line: Line) -> Intent | None:
    """Read what `_move` reads, else "X to Home": where it may be a day, it is one."""
    intent = _move(line)
    return (into_list(line) or intent) if isinstance(intent, NotUnderstood) else intent


def _put(line: Line) -> Intent | None:
    """Read "X on hold", what `_move` reads, and "X on the errands list", which may be new."""
    if (held := on_hold(line)) is not None:
        return held
    intent = _move(line)
    return (put_in_list(line) or intent) if isinstance(intent, NotUnderstood) else intent


def _make(line: Line) -> Intent | None:
    return made_list(line) or new_list(line) or made_later(line) or _repeat(line)


def _repeat(line: Line) -> Intent | None:
    low = line.low
    for at in range(1, len(low)):
        found = repeat_at(low, at, line.moment)
        if found is not None and found[0] == len(low) and found[1].zone is None:
            target = line.part(0, at).target()
            return intents.RepeatTask(target, found[1]) if target else None
    return NotUnderstood("incomplete", "Say which task and how, for example “repeat pay rent every month”.")


def _asked_about(line: Line) -> Intent | None:
    """Read "the thing about the heating", "my passport due"."""
    lead = first_of(line.low, 0, _ABOUT)
    return _search(line.part(lead)) if lead < len(line.low) else None


_ABOUT = ("the thing about the", "the thing about", "the one about the", "the one about", "something about the",
          "something about", "anything about the", "anything about", "anything with", "a task about the",
          "a task about", "all about", "about the", "about", "my", "the")  # fmt: skip


def _search(line: Line) -> Intent | None:
    past = len(line.low) - (1 if line.low[-1:] == ["due"] else 0)
    words = line.part(0, past).text.strip(' "“”?')
    return intents.Search(words) if words else NotUnderstood("incomplete", "Say what to search for.")


_REOPEN = _with_target(intents.Reopen, "reopen")
_RESUME = _with_target(intents.Resume, "resume")
_STOP = _with_target(intents.StopRepeating, "let repeat no more")
_VERBS: tuple[tuple[str, _Reader], ...] = (
    ("add", new_list), ("create", new_list), ("start", new_list), ("new", new_list),
    ("add", _add), ("create", _add), ("new task", _add), ("i need to", _add), ("i have to", _add),
    ("need to", _add), ("i must", _add), ("have to", _add), ("i've got to", _add), ("i gotta", _add), ("gotta", _add),
    ("don't forget to", _add), ("dont forget to", _add), ("do not forget to", _add), ("don't forget", _add),
    ("don't let me forget to", _add), ("don't let me forget", _add), ("dont let me forget to", _add),
    ("dont let me forget", _add), ("note to self", _add), ("todo", _add), ("to do", _add), ("task", _add),
    ("i need a reminder", _remind), ("i want a reminder", _remind), ("give me a reminder", _remind),
    ("set a reminder", _remind), ("set reminder", _remind),
    ("i did not do", _REOPEN), ("i didn't do", _REOPEN), ("i haven't done", _REOPEN), ("i have not done", _REOPEN),
    ("snooze", snoozing), ("remind me again", reminded_again), ("remind me later", reminded_again),
    ("remind me to", _remind_to), ("remind me", _remind), ("remind", _remind),
    ("i am done with", _complete), ("i'm done with", _complete), ("done with", _complete), ("done", _complete),
    ("complete", _complete), ("completed", _complete), ("i finished", _complete), ("finished", _complete),
    ("finish", _complete), ("i did", _complete), ("check off", _complete), ("tick off", _complete),
    ("close", _complete), ("mark", _mark), ("set", _mark),
    ("reopen", _REOPEN), ("uncheck", _REOPEN), ("open again", _REOPEN),
    ("skip", skipped), ("catch up", caught_up),
    ("pause", paused), ("suspend", paused),
    ("resume", _RESUME), ("unpause", _RESUME), ("continue with", _RESUME), ("continue", _RESUME),
    ("stop repeating", _STOP), ("do not repeat", _STOP), ("don't repeat", _STOP), ("end repeating", _STOP),
    ("end the series of", _STOP), ("end the series", _STOP), ("stop the series of", _STOP),
    ("start", again), ("begin", again), ("restart", _RESUME),
    ("delete", deleted_list), ("remove", deleted_list), ("get rid of", deleted_list),
    ("delete", _delete), ("remove", _delete), ("get rid of", _delete), ("rename", renamed), ("call", called),
    ("move", _move_or_list), ("put", _put),
    ("reschedule", _move), ("postpone", _move), ("push back", pushed_back), ("push back", _move), ("push", _move),
    ("change", _move), ("defer", _move),
    ("repeat", _repeat), ("make", _make),
    ("do", done_later), ("i'll do", done_later), ("i will do", done_later), ("let me do", done_later),
    ("search for", _asked_about), ("search", _search), ("find", _asked_about), ("look for", _asked_about),
    ("when is", _asked_about), ("when do i see", _asked_about), ("when do i have", _asked_about),
    ("show me", _asked_about), ("show", _asked_about), ("do i have", _asked_about), ("is there", _asked_about),
    ("where is", _asked_about),
)  # fmt: skip
