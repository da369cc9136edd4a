"""A year of one series by a simulated clock: each date must be the oracle's, in its place and at its instant.

Somebody closes occurrences early, in time or late, skips and postpones some, and pauses; the service asks, sometimes
after it was away; the backend makes what follows.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass

from recurring_task_service.domain.decide import Ask, Wait
from todo_backend.tasks.domain import Task

from tests.year.oracle import DAY, Date, after_completion, dates, due_instant, instant, is_to_come, opening
from tests.year.plans import Plan
from tests.year.stage import Stage

YEAR = dt.timedelta(days=366)
MOST_OPEN = 10


@dataclass(slots=True)
class Lived:
    """How many tasks a year had, and how many dates were passed over."""

    tasks: int = 0
    passed_over: int = 0

    def add(self, other: Lived) -> None:
        """Add what another had."""
        self.tasks += other.tasks
        self.passed_over += other.passed_over


def live(plan: Plan, chance: random.Random) -> Lived:
    """Live a year. Raises AssertionError where a date is lost, doubled or moved."""
    life = _Life(plan, chance)
    if plan.trigger == "on_schedule":
        life.by_schedule()
    else:
        life.by_closing()
    return life.lived


class _Life:
    def __init__(self, plan: Plan, chance: random.Random) -> None:
        self.plan, self.chance, self.lived = plan, chance, Lived()
        self.clock = instant(plan.start - DAY, dt.time(12), plan.zone)
        self.over = self.clock + YEAR
        # What is closed on the last day may lead far on: over a pause, and over holidays that a rare date falls on.
        ahead = 1200 if "YEARLY" in plan.rule else 420
        self.dates = dates(plan, self.over.date() + ahead * DAY)
        self.place = 0
        self.stage = Stage(plan, self.clock)
        self._saw(self.stage.newest, self.dates[0], 0)

    # Series that go on when an occurrence is closed.

    def by_closing(self) -> None:
        while self.clock < self.over:
            task = self._perhaps_postponed(self.stage.newest)
            self._perhaps_pause(0.02)
            self.clock = max(self.clock + dt.timedelta(minutes=1), self._when_closed(task))
            self.stage.close(task, self.clock, skip=self.chance.random() < 0.2)
            closed_at = self.clock
            self._perhaps_pause(0.02)
            later = self.clock + self.chance.random() * self.plan.away
            ask = self.stage.asked(later)
            assert isinstance(ask, Ask)
            found = self._follows(task, closed_at)
            outcome = self.stage.advance(ask, later).outcome
            if found is None:
                assert (outcome, self.stage.series.status) == ("ended", "ended"), "no date is left"
                return
            assert outcome == "made", f"{found[0]} must follow {task.occurrence_key}"
            self._saw(self.stage.newest, *found)

    def _follows(self, task: Task, closed_at: dt.datetime) -> tuple[Date, int] | None:
        resumed = self.stage.series.resumed_at
        if self.plan.anchor == "completion":
            assert task.occurrence_key is not None
            assert task.due is not None
            key = dt.date.fromisoformat(task.occurrence_key[:10])
            number = task.occurrence_number or 0
            return after_completion(self.plan, key, task.due.date, closed_at, resumed, number)
        for place in range(self.place + 1, len(self.dates)):
            one = self.dates[place]
            if self.plan.missed == "each" or is_to_come(self.plan, one, closed_at, resumed):
                passed, self.place = place - self.place - 1, place
                return one, passed
        return None

    def _when_closed(self, task: Task) -> dt.datetime:
        assert task.due_at is not None
        return task.due_at - self.chance.random() * self.plan.early + self.chance.random() * self.plan.late

    def _perhaps_postponed(self, task: Task) -> Task:
        if self.plan.hourly or self.chance.random() > 0.04:
            return task
        assert task.due is not None
        return self.stage.postpone(task, task.due.date + self.chance.randrange(1, 6) * DAY, self.clock)

    def _perhaps_pause(self, likely: float) -> None:
        if self.chance.random() > likely:
            return
        days = self.chance.randrange(1, 40)
        today = self.clock.date() + 2 * DAY
        resume_on = None if self.chance.random() < 0.5 else today + days * DAY
        self.stage.pause(resume_on, self.clock)
        self.clock += days * self.chance.random() * DAY
        if resume_on is not None:
            begins = instant(resume_on, dt.time(), self.plan.zone)
            assert self.stage.asked(begins - dt.timedelta(seconds=1)) == Wait(begins), "not before its day"
            self.clock = begins
        self.stage.resume(self.clock)

    # Series that go on by schedule.

    def by_schedule(self) -> None:
        while self.clock < self.over:
            following = self.dates[self.place + 1 :]
            resumed = self.stage.series.resumed_at if self.plan.missed == "next" else None
            if not any(resumed is None or self._is_after(one, resumed) for one in reversed(following)):
                self._end()
                return
            found = self.stage.asked(self.clock)
            if isinstance(found, Wait):
                assert found.until == self._opens(following), "opened too early or too late"
                self._until(found.until)
                continue
            outcome = self.stage.advance(found, self.clock).outcome
            if len(self.stage.open) == MOST_OPEN and outcome == "already":
                self._close_one(self.clock + dt.timedelta(minutes=1))
                continue
            assert outcome == "made"
            passed = self._passed_over(following)
            self.place += passed + 1
            self._saw(self.stage.newest, following[passed], passed)

    def _opens(self, following: list[Date]) -> dt.datetime:
        """Return when the next one opens: at its own instant, and not before the open one is due."""
        resumed, place = self.stage.series.resumed_at, 0
        if self.plan.missed == "next" and resumed is not None:
            place = next(n for n, one in enumerate(following) if self._is_after(one, resumed))
        opens = opening(self.plan, following[place])
        task = self.stage.newest
        due_at = next((one.due_at for one in self.stage.open if one.id == task.id), None)
        return opens if due_at is None or self.plan.missed == "each" else max(opens, due_at)

    def _passed_over(self, following: list[Date]) -> int:
        """Return how many dates before the newest that has opened by now nobody gets."""
        if self.plan.missed == "each":
            return 0
        resumed = self.stage.series.resumed_at
        first = next(n for n, one in enumerate(following) if resumed is None or self._is_after(one, resumed))
        opened = [n for n, one in enumerate(following) if n >= first and one.at <= self.clock]
        newest = opened[-1] if opened else first
        if opened and newest + 1 < len(following) and opening(self.plan, following[newest + 1]) <= self.clock:
            newest += 1
        return newest

    def _is_after(self, one: Date, resumed: dt.datetime) -> bool:
        if one.time is not None:
            return one.at > resumed
        return due_instant(one.day, None, self.plan.zone) >= resumed

    def _until(self, opens: dt.datetime) -> None:
        """Let the clock come to an instant, or past it while the service is away; things may be closed before."""
        if self.chance.random() < 0.6:
            self._close_one(self.clock + self.chance.random() * (opens - self.clock))
            return
        self.clock = max(self.clock, opens)
        if self.chance.random() < 0.05:
            self.clock += self.chance.random() * self.plan.away
        elif self.chance.random() < 0.02:
            self._perhaps_pause(1)

    def _close_one(self, at: dt.datetime) -> None:
        if not self.stage.open:
            self.clock = at
            return
        self.clock = max(self.clock, at)
        self.stage.close(self.stage.open[0], self.clock, skip=self.chance.random() < 0.2)

    def _end(self) -> None:
        """The rule has come to its end: what is open may be done, and then the series is over."""
        while self.stage.open:
            self._close_one(self.clock + DAY)
        ask = self.stage.asked(self.clock)
        assert isinstance(ask, Ask)
        assert self.stage.advance(ask, self.clock).outcome == "ended"

    # What must be so for every task.

    def _saw(self, task: Task, expected: Date, passed: int) -> None:
        assert task.due is not None
        seen = (task.occurrence_key, task.due.date, task.due.time, task.due_at, task.passed_over)
        at = expected.at
        if self.plan.hourly and expected.time is not None and expected.time.fold:
            # A wall time does not say that it is the second of two: such an hour is due with the first.
            at = instant(expected.day, expected.time.replace(fold=0), self.plan.zone)
        must = (expected.key, expected.day, expected.time, at, passed)
        assert seen == must, f"{seen}, and it must be {must}"
        self.lived.tasks += 1
        self.lived.passed_over += passed
        series = self.stage.series
        assert task.occurrence_number == self.lived.tasks + self.lived.passed_over, "counted without a gap"
        assert (series.occurrences, series.passed_over) == (self.lived.tasks, self.lived.passed_over)
