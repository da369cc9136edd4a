"""When something that failed is left alone, and when it is asked again."""

from __future__ import annotations

from service_kit.breaker import Breaker, Patience


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def broken(clock: Clock, times: int = 3) -> Breaker:
    breaker = Breaker(clock, Patience(3, 10.0, 35.0))
    for _ in range(times):
        breaker.ended(failed=True)
    return breaker


def test_it_is_asked_until_it_has_failed_often_enough_in_a_row() -> None:
    breaker = broken(Clock(), 2)
    assert (breaker.begin(), breaker.begin(), breaker.is_broken) == (True, True, False)
    breaker.ended(failed=False)
    breaker.ended(failed=True)
    breaker.ended(failed=True)
    assert breaker.begin()
    breaker.ended(failed=True)
    assert (breaker.begin(), breaker.is_left_alone) == (False, True)


def test_when_its_time_has_come_one_asks_and_the_others_wait_for_what_it_finds() -> None:
    clock = Clock()
    breaker = broken(clock)
    clock.now += 10.0
    assert (breaker.begin(), breaker.begin()) == (True, False)
    breaker.left()
    assert breaker.begin(), "who was stopped has told nothing: another one asks"
    breaker.ended(failed=False)
    assert (breaker.begin(), breaker.begin(), breaker.is_broken) == (True, True, False)


def test_each_failure_more_doubles_the_time_up_to_the_longest() -> None:
    clock = Clock()
    breaker = broken(clock)
    waits: list[float] = []
    for _ in range(20):
        began = clock.now
        while breaker.is_left_alone:
            clock.now += 1.0
        waits.append(clock.now - began)
        assert breaker.begin()
        breaker.ended(failed=True)
    assert waits[:4] == [10.0, 20.0, 35.0, 35.0]
    assert set(waits[2:]) == {35.0}


def test_what_was_begun_before_it_was_left_alone_does_not_make_that_longer() -> None:
    clock = Clock()
    breaker = Breaker(clock, Patience(3, 10.0, 35.0))
    assert all(breaker.begin() for _ in range(12))
    for _ in range(12):
        breaker.ended(failed=True)
    clock.now += 10.0
    assert not breaker.is_left_alone
