"""Any acts in any order, with completions in flight, over the real backend and service: each step as the model says."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from tests.contract.acts import doing, undoing
from tests.contract.acts.calendar import DAY
from tests.contract.acts.compared import Compared
from tests.contract.acts.following import Now, dates
from tests.contract.acts.seen import REMINDER_MINUTES, START_BEFORE, rrule, said
from tests.contract.acts.state import Place, Rule, Series, State, Task, TaskList

PICKS = st.integers(0, 30)
DAYS = st.integers(-6, 4)
TIMES = st.sampled_from([None, dt.time(6), dt.time(18)])


def _rule_of(number: int) -> Rule:
    """Return a rule of chance: drawn part by part, too few of them would differ."""
    chosen = random.Random(number)
    by_schedule = chosen.random() < 0.35
    return Rule(
        interval=chosen.choice([1, 1, 2, 3]),
        count=chosen.choice([None, None, 1, 2, 3, 4, 5]),
        anchor="schedule" if by_schedule else chosen.choice(["schedule", "schedule", "completion"]),
        missed=chosen.choice(["next", "each"]),
        trigger="on_schedule" if by_schedule else "on_completion",
        on_holiday=chosen.choice(["ignore", "ignore", "skip", "before", "after"]),
    )


LISTS = st.sampled_from([None, 0, 1])
SCOPES = st.sampled_from(["all", "following"])
RULES = st.integers(0, 999).map(_rule_of)
MOST_SERIES = 3
SOME_TASK = precondition(lambda self: self.state.tasks)
SOME_SERIES = precondition(lambda self: self.state.series)


class Acts(Compared):
    """What people do, what the service hears and asks. `stage` is set by the test."""

    @initialize(of=RULES, days=DAYS, time=TIMES, arrears=st.sampled_from([0, 0, 3]), scope=SCOPES)
    def somebody_comes(self, of: Rule, days: int, time: dt.time | None, arrears: int, scope: str) -> None:
        self.stage.begin()
        self.state, self.done, self.number = State(), list[undoing.Done](), 0
        self.today = self.stage.today
        self.now = Now(self.today, self.stage.calendar)
        for name in ("Home", "Garden"):
            status, made, _ = self.stage.call("POST", "/lists", {"name": name})
            assert status == 201, made
            self.state = self.state.having(TaskList(made["id"], name))
        self.begin(of, days, time)
        if arrears:
            self.begin_in_arrears(arrears, 0, scope)

    # What people do.

    @precondition(lambda self: len(self.state.series) < MOST_SERIES)
    @rule(of=RULES, days=DAYS, time=TIMES)
    def begin(self, of: Rule, days: int, time: dt.time | None) -> None:
        first = Place(self.today + days * DAY, time)
        body = {
            "title": "Water",
            "due": {"date": first.date.isoformat(), "time": time and time.isoformat()},
            "start_date": (first.date - START_BEFORE * DAY).isoformat(),
            "subtasks": [{"title": "Fill the can"}],
            "reminders": [{"at": self.stage.before(first, REMINDER_MINUTES)}],
            "recurrence": said(of),
        }
        status, shown, handle = self.stage.call("POST", "/tasks", body)
        found = next(dates(Series("", of, first), self.now), None)
        assert status == (422 if found is None else 201), shown
        if found is None:
            return
        series = Series(shown["series_id"], of, first)
        after = self.state.having(series, Task(shown["id"], series.id, *found, 1))
        self._became(after, handle)

    @precondition(lambda self: len(self.state.series) < MOST_SERIES)
    @rule(days=st.integers(2, 5), to=LISTS, scope=SCOPES)
    def begin_in_arrears(self, days: int, to: int | None, scope: str) -> None:
        """Several occurrences of one series are open then."""
        self.begin(Rule(1, trigger="on_schedule", missed="each"), -days, None)
        self._settle()
        self.move_series(0, to, scope)

    @SOME_TASK
    @rule(pick=PICKS)
    def complete(self, pick: int) -> None:
        task = self._task(pick)
        self._act("POST", f"/tasks/{task.id}/complete", None, lambda s, n: doing.close(s, task, "done", n))

    @SOME_TASK
    @rule(pick=PICKS)
    def complete_another(self, pick: int) -> None:
        self.complete(pick)

    @SOME_TASK
    @rule(pick=PICKS)
    def skip(self, pick: int) -> None:
        task = self._task(pick)
        self._act("POST", f"/tasks/{task.id}/skip", None, lambda s, n: doing.close(s, task, "skipped", n))

    @SOME_TASK
    @rule(pick=PICKS, choice=st.sampled_from([None, None, "keep", "withdraw"]))
    def reopen(self, pick: int, choice: str | None) -> None:
        task = self._task(pick)
        body = {"successor": choice}
        self._act("POST", f"/tasks/{task.id}/reopen", body, lambda s, n: doing.reopen(s, task, choice, n))

    @SOME_TASK
    @rule(pick=PICKS, scope=st.sampled_from(["series", "this"]))
    def delete(self, pick: int, scope: str) -> None:
        task = self._task(pick)
        self._act("DELETE", f"/tasks/{task.id}?scope={scope}", None, lambda s, n: doing.delete(s, task, scope, n))

    @SOME_TASK
    @rule(pick=PICKS)
    def restore(self, pick: int) -> None:
        task = self._task(pick)
        self._act("POST", f"/tasks/{task.id}/restore", None, lambda s, _: doing.restore(s, task))

    @SOME_TASK
    @rule(pick=PICKS, days=DAYS)
    def postpone(self, pick: int, days: int) -> None:
        task, date = self._task(pick), self.today + days * DAY
        body = {"date": date.isoformat()}
        self._act("POST", f"/tasks/{task.id}/postpone", body, lambda s, _: doing.postpone(s, task, date))

    @SOME_TASK
    @rule(pick=PICKS)
    def postpone_to_next_date(self, pick: int) -> None:
        task = self._task(pick)
        self._act("POST", f"/tasks/{task.id}/postpone", {"to": "next_date"},
                  lambda s, _: doing.postpone_to_next_date(s, task, self.now))  # fmt: skip

    @SOME_SERIES
    @rule(pick=PICKS)
    def skip_missed(self, pick: int) -> None:
        series = self._series(pick)

        def model(state: State, number: int) -> State:
            new_id = (self.shown.get("task") or {}).get("id", "")
            return doing.skip_missed(state, series, new_id, number, self.now)

        self._act("POST", f"/series/{series.id}/skip-missed", None, model)

    @SOME_TASK
    @rule(pick=PICKS, what=st.sampled_from(["title", "ticked"]), number=st.integers(0, 1))
    def change(self, pick: int, what: str, number: int) -> None:
        task = self._task(pick)
        fields: dict[str, Any] = {"title": f"Water {number}", "ticked": True}
        body = {"title": {"title": fields["title"]},
                "ticked": {"subtasks": [{**self.stage.subtask(task.id), "done": True}]}}  # fmt: skip
        self._act("PATCH", f"/tasks/{task.id}", body[what], lambda s, _: doing.change(s, task, **{what: fields[what]}))

    @SOME_TASK
    @rule(pick=PICKS, to=LISTS)
    def move(self, pick: int, to: int | None) -> None:
        task, list_id = self._task(pick), self._list(to)
        self._act("PATCH", f"/tasks/{task.id}", {"list_id": list_id}, lambda s, _: doing.move(s, task, list_id))

    @SOME_SERIES
    @rule(pick=PICKS, to=LISTS, scope=SCOPES)
    def move_series(self, pick: int, to: int | None, scope: str) -> None:
        # Where several are open, all and the newest differ: such a series is taken first.
        several = [s for s in self.state.series.values() if len(self.state.all_open(s.id)) > 1]
        series, list_id = several[0] if several else self._series(pick), self._list(to)
        body = {"scope": scope, "list_id": list_id}
        self._act("PATCH", f"/series/{series.id}", body, lambda s, _: doing.move_series(s, series, list_id, scope))

    @rule(which=st.integers(0, 1), again=st.sampled_from([False, False, False, True]))
    def delete_or_restore_a_list(self, which: int, again: bool) -> None:
        one = self.state.lists[str(self._list(which))]
        if (one.deleted is not None) is not again:
            self._act("POST", f"/lists/{one.id}/restore", None, lambda s, _: doing.restore_list(s, one))
        else:
            self._act("DELETE", f"/lists/{one.id}", None, lambda s, n: doing.delete_list(s, one, n))

    @SOME_SERIES
    @rule(pick=PICKS, act=st.sampled_from(["pause", "pause", "resume", "end"]))
    def stop_or_go(self, pick: int, act: str) -> None:
        series = self._series(pick)
        made: dict[str, Callable[[State, int], State]] = {
            "pause": lambda s, _: doing.pause(s, series),
            "resume": lambda s, n: doing.resume(s, series, n),
            "end": lambda s, _: doing.end(s, series),
        }
        self._act("POST", f"/series/{series.id}/{act}", None, made[act])

    @SOME_SERIES
    @rule(pick=PICKS)
    def resume(self, pick: int) -> None:
        self.stop_or_go(pick, "resume")

    @SOME_SERIES
    @rule(pick=PICKS, interval=st.integers(1, 3), missed=st.sampled_from(["next", "each"]), time=TIMES)
    def edit_all(self, pick: int, interval: int, missed: str, time: dt.time | None) -> None:
        series = self._series(pick)
        # A COUNT is counted anew on another grid: of such a series only the rest is edited.
        of = replace(series.rule, missed=missed, interval=series.rule.interval if series.rule.count else interval)  # pyright: ignore[reportArgumentType]
        body = {"scope": "all", "rrule": rrule(of), "missed": missed,
                "time": time and time.isoformat()}  # fmt: skip
        self._act("PATCH", f"/series/{series.id}", body, lambda s, _: doing.edit_all(s, series, of, time, self.now))

    @SOME_SERIES
    @rule(pick=PICKS, of=st.one_of(st.none(), RULES), time=TIMES)
    def edit_following(self, pick: int, of: Rule | None, time: dt.time | None) -> None:
        series = self._series(pick)
        body: dict[str, Any] = {"scope": "following", "time": time and time.isoformat()}
        if of is not None:
            body |= said(of)

        def model(state: State, _: int) -> State:
            return doing.split(state, series, self.shown.get("series", {}).get("id", ""), of, time, self.now)

        self._act("PATCH", f"/series/{series.id}", body, model)

    @SOME_SERIES
    @rule(pick=PICKS, days=DAYS)
    def edit_this(self, pick: int, days: int) -> None:
        series, date = self._series(pick), self.today + days * DAY
        body = {"scope": "this", "date": date.isoformat()}
        self._act("PATCH", f"/series/{series.id}", body, lambda s, _: doing.postpone_open(s, series, date))

    @precondition(lambda self: self.done)
    @rule(pick=st.integers(0, 4))
    def undo(self, pick: int) -> None:
        done = self.done.pop(-1 - pick % len(self.done))
        self._act("POST", f"/undo/{done.handle}", {}, lambda s, n: undoing.undo(s, done, n), undone=True)

    # What the service hears and asks.

    @rule(seed=PICKS)
    def hear_all_twice(self, seed: int) -> None:
        records = self.stage.fresh()
        self.stage.hear(records * 2, random.Random(seed))

    @rule(seed=PICKS)
    def hear_a_little(self, seed: int) -> None:
        self.stage.hear(self.stage.fresh(most=1 + seed % 3), random.Random(seed))

    @rule(seed=PICKS)
    def hear_everything_from_the_start(self, seed: int) -> None:
        self.stage.fresh()
        self.stage.hear(self.stage.world.ledger(), random.Random(seed))

    @rule()
    def ask(self) -> None:
        self.stage.ask()
        self._look()

    @rule()
    def ask_without_an_answer_in_time(self) -> None:
        self.stage.ask(silent=True)
        self._look()

    @rule(number=PICKS)
    def a_request_arrives_late(self, number: int) -> None:
        self.stage.arrive(number)
        self._look()

    @rule()
    def settle(self) -> None:
        self._settle()

    def teardown(self) -> None:
        if hasattr(self, "state"):
            self._settle()
            assert self.stage.world.dead_letters() == []
            before = self.stage.heads()
            everything = self.stage.world.ledger()
            self.stage.hear(everything * 2, random.Random(self.number))
            assert self.stage.heads() == before, "all again, twice, changes no row"
