"""Quick add: one line of text makes a task. What is not understood is its title; what is, is marked by spans."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from recurrence_rules import resolve

from task_language.dates import past_at, when_at
from task_language.draft import Draft, Kind, Priority, Span
from task_language.errors import LineTooLong
from task_language.lexicon import begins, first_of, word_at
from task_language.moment import LINE_LIMIT, Moment, Word, words_of
from task_language.pieces import When
from task_language.reminders import reminding_at
from task_language.repeat_grammar import repeat_at
from task_language.repeats import Repeat
from task_language.unclear import more_times_at, unclear_at

_PRIORITIES: dict[str, Priority] = {
    "p1": "urgent", "p2": "high", "p3": "medium", "p4": "low",
    "!urgent": "urgent", "!high": "high", "!medium": "medium", "!low": "low",
}  # fmt: skip
_LEVELS: tuple[Priority, ...] = ("urgent", "high", "medium", "low")
_TAG = re.compile(r"#([^\W\d][\w-]{0,49})")
_LIST = re.compile(r"(?:\+|list:)([^\W\d][\w-]{0,49})")
_GAP = re.compile(r"\s+")
_LEFT_OVER = re.compile(r"(?<=\s)(?:[.,;:?!]+|\(\s*\))(?=\s|$)")
_EDGE = " ,;:-\u2013\u2014"
_ONCE: tuple[Kind, ...] = ("date", "recurrence", "priority", "list")


@dataclass(frozen=True, slots=True)
class _Mark:
    kind: Kind
    first: int
    past: int
    value: Any


def parse(text: str, moment: Moment) -> Draft:
    """Return what a line says. The last date, rule, priority and list count; earlier ones stay in the title.

    Raises LineTooLong.
    """
    if len(text) > LINE_LIMIT:
        raise LineTooLong
    words = words_of(text)
    marks = _chosen(_marks([word.text for word in words], moment))
    spans = tuple(Span(words[m.first].start, words[m.past - 1].end, m.kind) for m in marks)
    of_kind = {kind: [m.value for m in marks if m.kind == kind] for kind in ("reminder", "tag", *_ONCE)}
    draft = Draft(
        title=_title(text, spans),
        zone=moment.zone,
        priority=next(iter(of_kind["priority"]), "none"),
        tags=tuple(dict.fromkeys(of_kind["tag"])),
        list_name=next((_as_written(text, words, m) for m in marks if m.kind == "list"), None),
        spans=spans,
    )
    when, repeat = next(iter(of_kind["date"]), None), next(iter(of_kind["recurrence"]), None)
    moment = replace(moment, zone=(when and when.zone) or (repeat and repeat.zone) or moment.zone)
    draft = _dated(replace(draft, zone=moment.zone), when, repeat, moment)
    wishes = [r.wish(draft.date, draft.time, draft.repeat is not None, moment) for r in of_kind["reminder"]]
    return replace(draft, reminders=tuple(dict.fromkeys(wishes)))


def _marks(words: Sequence[str], moment: Moment) -> list[_Mark]:
    found: list[_Mark] = []
    at = 0
    while at < len(words):
        unclear = unclear_at(words, at, moment)
        mark = None if unclear else _mark_at(words, at, moment)
        if mark is None:
            at = unclear or past_at(words, at, moment) or at + 1
        elif mark.kind == "recurrence" and (past := more_times_at(words, mark.past)):
            at = past
        else:
            found.append(mark)
            at = mark.past
    return found


def _mark_at(words: Sequence[str], at: int, moment: Moment) -> _Mark | None:
    if (found := reminding_at(words, at, moment)) is not None:
        return _Mark("reminder", at, *found)
    if (found := repeat_at(words, at, moment)) is not None:
        return _Mark("recurrence", at, *found)
    if (found := when_at(words, at, moment)) is not None:
        return _Mark("date", at, *found)
    word = words[at]
    if word in _PRIORITIES:
        return _Mark("priority", at, at + 1, _PRIORITIES[word])
    if word in _LEVELS and begins(words, at + 1, "priority"):
        return _Mark("priority", at, at + 2, word)
    if match := _TAG.fullmatch(word):
        return _Mark("tag", at, at + 1, match[1])
    if match := _LIST.fullmatch(word):
        return _Mark("list", at, at + 1, match[1])
    return _named_list_at(words, at)


def _named_list_at(words: Sequence[str], at: int) -> _Mark | None:
    """Read "to my shopping list", "in the list Home"."""
    taken = first_of(words, at, ("to my", "to the", "on my", "on the", "in my", "in the"))
    for length in (1, 2, 3):
        name = words[at + taken : at + taken + length]
        if taken and word_at(words, at + taken + length) == "list" and all(n[:1].isalpha() for n in name):
            return _Mark("list", at, at + taken + length + 1, " ".join(name))
    return None


def _chosen(marks: Sequence[_Mark]) -> list[_Mark]:
    """Drop all but the last of each kind that a task has once."""
    last = {mark.kind: mark for mark in marks}
    return [mark for mark in marks if mark.kind not in _ONCE or last[mark.kind] is mark]


def _title(text: str, spans: Sequence[Span]) -> str:
    pieces: list[str] = []
    at = 0
    for span in spans:
        pieces.append(text[at : span.start])
        at = span.end
    title = _GAP.sub(" ", " ".join([*pieces, text[at:]]))
    title = _GAP.sub(" ", _LEFT_OVER.sub("", title)).strip(_EDGE)
    if len(title) > 2 and (title[0], title[-1]) in (('"', '"'), ("“", "”")) and title[0] not in title[1:-1]:
        title = title[1:-1].strip()
    return title


def _as_written(text: str, words: Sequence[Word], mark: _Mark) -> str:
    """Return a list's name with the letter case that it was written in."""
    written = text[words[mark.first].start : words[mark.past - 1].end]
    at = written.lower().find(mark.value)
    return written[at : at + len(mark.value)] if at >= 0 else mark.value


def _dated(draft: Draft, when: When | None, repeat: Repeat | None, moment: Moment) -> Draft:
    date, time = (when.date, when.time) if when else (None, None)
    if repeat is not None:
        if when is not None and when.is_month_end and repeat == replace(repeat, frequency="MONTHLY", month_days=()):
            repeat = replace(repeat, month_days=(-1,))
        first = repeat.first(moment, date, time)
        if first is not None:
            return replace(draft, date=first.date, time=first.time, repeat=repeat)
    if time is not None and date is None:
        date = moment.today
        if resolve(date, time, moment.zone) <= moment.now:
            date = date.fromordinal(date.toordinal() + 1)
    return replace(draft, date=date, time=time)
