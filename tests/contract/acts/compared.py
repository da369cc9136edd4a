"""What there is beside what the model says: after each act, and after everything was heard."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any, ClassVar

from hypothesis.stateful import RuleBasedStateMachine

from tests.contract.acts import doing, undoing
from tests.contract.acts.following import End, Now, Successor, following
from tests.contract.acts.seen import expected, seen, told_apart
from tests.contract.acts.stage import Stage
from tests.contract.acts.state import Refused, Series, State, Task, touch


class Compared(RuleBasedStateMachine):
    """A model beside the real backend and service. `stage` is set by the test, the rest when somebody comes."""

    stage: ClassVar[Stage]
    state: State
    done: list[undoing.Done]
    number: int
    today: dt.date
    now: Now
    shown: dict[str, Any]

    def _task(self, pick: int) -> Task:
        """Return a task, the newest first: what follows is decided there."""
        found = sorted(self.state.tasks.values(), key=lambda t: t.id, reverse=True)
        return found[pick % len(found)]

    def _list(self, pick: int | None) -> str | None:
        return None if pick is None else sorted(self.state.lists)[pick]

    def _series(self, pick: int) -> Series:
        found = sorted(self.state.series.values(), key=lambda s: s.id, reverse=True)
        return found[pick % len(found)]

    def _act(
        self, method: str, path: str, body: Any, model: Callable[[State, int], State], undone: bool = False
    ) -> None:
        self.number += 1
        status, self.shown, handle = self.stage.call(method, path, body)
        try:
            after = model(self.state, self.number)
        except Refused:
            assert status in (409, 422), f"{method} {path} should be refused: {self.shown}"
            after = self.state
        else:
            assert status == 200, f"{method} {path}: {self.shown}"
            assert undone or (handle is None) == (after == self.state), "what changes something can be undone"
        self._became(after, handle)

    def _became(self, after: State, handle: str | None) -> None:
        if handle is not None:
            self.done.append(undoing.Done(handle, self.state, after))
        self.state = after
        self._look()

    def _look(self) -> None:
        """Compare with what there is; a successor or an end may have come meanwhile, if it is the one owed."""
        real = seen(self.stage.world.superuser, self.stage.person)
        for task_id in sorted(real.tasks.keys() - self.state.tasks.keys()):
            series_id = real.tasks[task_id][0]
            assert series_id in self.state.series, "a task that nobody made"
            owed = following(self.state, self.state.series[series_id], self.now)
            assert isinstance(owed, Successor), f"a successor that is not owed: {real.tasks[task_id]}"
            before = self.state.tasks[owed.predecessor]
            made = doing.following_task(before, task_id, owed)
            is_missed = before.is_open and not self.state.series[series_id].rule.may_overlap
            self.state = self.state.having(touch(before, status="missed") if is_missed else before, made)
        for series in self.state.series.values():
            if series.status == "active" and real.series[series.id][:2] == ("ended", "count"):
                assert following(self.state, series, self.now) == End(), "ended before its time"
                self.state = self.state.having(replace(series, status="ended", ended_by="count"))
        for series in self.state.series.values():
            keys = [t.key for t in self.state.occurrences(series.id)]
            assert len(keys) == len(set(keys)), "each date has its task once"
        said = expected(self.state)
        assert real == said, told_apart(real, said)

    def _settle(self) -> None:
        self.stage.caller.silent = False
        self.stage.run(self.stage.world.settle())
        self._look()
        for series in self.state.series.values():
            owed = following(self.state, series, self.now)
            assert owed is None, f"still owed after everything was heard: {owed}"
            if series.status == "active" and not series.rule.by_schedule:
                assert self.state.open_of(series.id) is not None, "an active series has an open occurrence"
        waiting = sum(s.status == "active" and s.rule.by_schedule for s in self.state.series.values())
        assert self.stage.wanted() <= waiting
