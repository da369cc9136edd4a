"""The dialogues of the YAML files beside this: lines of a person, tasks there before, and what each line does.

    - act: complete                      what the dialogue is counted under
      given: [milk, {title: bread, due: tomorrow 15:00, list: Food, rule: FREQ=DAILY, status: done}]
      turns:
        - say: got the milk
          then: {milk: {status: done}}   what this line alone changes; a title that was not there is a new task
        - say: undo
          then: {milk: {status: open}}
        - say: what is left              no `then`: the line changes nothing
          shown: [milk, bread]           the tasks that the answer's parts name, in any order

`gone` names deleted tasks, `lists` the lists there are afterwards. A title may have alternatives: "milk|the milk". A
due is today, tomorrow, +3d, -2d, a weekday (the next one), "next mon" (the one of next week), or 04-15, each with or
without a time; a list of dues means any of them. Days are those of the person, for whom it is about noon. `done: -1d`
in `given` is a task that was completed then.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Turn:
    """One line, and what it does."""

    say: str
    then: Json
    gone: tuple[str, ...]
    lists: tuple[str, ...] | None
    shown: tuple[str, ...] | None

    @property
    def acts(self) -> bool:
        return bool(self.then or self.gone) or self.lists is not None


@dataclass(frozen=True, slots=True)
class Dialogue:
    """One conversation of one person. `place` is where it is written."""

    place: str
    act: str
    given: tuple[Json, ...]
    turns: tuple[Turn, ...]
    locale: str


def dialogues(*names: str) -> list[Dialogue]:
    """Return the dialogues of files, or of a folder's."""
    found: list[Dialogue] = []
    for name in names:
        there = HERE / name
        for file in sorted(there.glob("*.yaml")) if there.is_dir() else [there]:
            for number, raw in enumerate(yaml.safe_load(file.read_text()), 1):
                found.append(_dialogue(f"{file.stem}:{number}", raw))
    return found


def _dialogue(place: str, raw: Json) -> Dialogue:
    given = tuple({"title": one} if isinstance(one, str) else one for one in raw.get("given", ()))
    return Dialogue(place, raw["act"], given, tuple(_turn(t) for t in raw["turns"]), raw.get("locale", "en"))


def _turn(raw: Json) -> Turn:
    unknown = raw.keys() - {"say", "then", "gone", "lists", "shown"}
    assert not unknown, f"{raw['say']}: {unknown}"
    assert isinstance(raw["say"], str), f"quote {raw['say']!r}"
    lists, shown = raw.get("lists"), raw.get("shown")
    return Turn(
        raw["say"],
        raw.get("then", {}),
        tuple(raw.get("gone", ())),
        None if lists is None else tuple(lists),
        None if shown is None else tuple(shown),
    )
