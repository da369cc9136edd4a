"""When a delivery is tried again, and when what does not answer is left alone."""

from __future__ import annotations

import datetime as dt
import email.utils
from typing import get_args

import pytest
from notification_service.channels.channel import Kind
from notification_service.sending import breaker
from notification_service.sending.breaker import Breakers
from notification_service.sending.metrics import TRIES
from notification_service.sending.outcome import (
    JITTER_SECONDS,
    LONGEST_SECONDS,
    MOST_TRIES,
    Outcome,
    seconds_until_next,
)
from notification_service.sending.posting import seconds_asked


def test_waits_double_and_are_capped() -> None:
    for tries in range(1, MOST_TRIES + 1):
        least = min(5.0 * 2 ** (tries - 1), LONGEST_SECONDS)
        assert least <= seconds_until_next(tries, None) <= min(least + JITTER_SECONDS, LONGEST_SECONDS)


def test_waits_differ_by_chance() -> None:
    assert len({seconds_until_next(1, None) for _ in range(10)}) > 1


def test_retry_after_is_honoured_and_bounded() -> None:
    assert seconds_until_next(1, 600.0) == 600.0
    assert seconds_until_next(10, 1.0) >= 2560, "never sooner than our own wait"
    assert seconds_until_next(1, 10.0**9) == 4 * 3600


@pytest.mark.parametrize(
    ("header", "seconds"), [("120", 120.0), (" 7 ", 7.0), ("-1", None), ("soon", None), (None, None)]
)
def test_retry_after_in_seconds(header: str | None, seconds: float | None) -> None:
    assert seconds_asked(header) == seconds


def test_retry_after_as_a_date() -> None:
    at = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=5)
    asked = seconds_asked(email.utils.format_datetime(at, usegmt=True))
    assert asked is not None
    assert 295 < asked <= 300
    assert seconds_asked("Thu, 01 Jan 1970 00:00:00 GMT") == 0.0


def test_a_lane_that_fails_is_left_alone_and_then_asked_once() -> None:
    now = [0.0]
    breakers = Breakers(lambda: now[0])
    for _ in range(breaker.FAILURES - 1):
        breakers.ended("webhook/slow", failed=True)
    assert (breakers.closed(), breakers.broken()) == ([], [])
    breakers.ended("webhook/slow", failed=True)
    assert breakers.closed() == ["webhook/slow"]
    now[0] += breaker.CLOSED_SECONDS
    assert (breakers.closed(), breakers.broken()) == ([], ["webhook/slow"])
    breakers.started("webhook/slow")
    assert breakers.closed() == ["webhook/slow"], "one is asked: no other meanwhile"
    breakers.ended("webhook/slow", failed=True)
    now[0] += breaker.CLOSED_SECONDS
    assert breakers.closed() == ["webhook/slow"], "longer than the first time"
    now[0] += breaker.CLOSED_SECONDS
    breakers.started("webhook/slow")
    breakers.ended("webhook/slow", failed=False)
    assert (breakers.closed(), breakers.broken()) == ([], [])


def test_what_was_asked_of_a_lane_and_never_sent_leaves_it_open_for_another() -> None:
    """Its task was done meanwhile, say: nobody spoke to the host."""
    now = [0.0]
    breakers = Breakers(lambda: now[0])
    for _ in range(breaker.FAILURES):
        breakers.ended("webhook/slow", failed=True)
    now[0] += breaker.CLOSED_SECONDS
    breakers.started("webhook/slow")
    breakers.released("webhook/slow")
    assert (breakers.closed(), breakers.broken()) == ([], ["webhook/slow"])


def test_what_is_remembered_of_lanes_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(breaker, "MOST", 3)
    breakers = Breakers(lambda: 0.0)
    for lane in range(10):
        for _ in range(breaker.FAILURES):
            breakers.ended(str(lane), failed=True)
    assert breakers.closed() == ["7", "8", "9"]


def test_every_outcome_is_counted_from_zero_so_that_an_alert_sees_the_first_failures() -> None:
    shown = {(one.labels["kind"], one.labels["outcome"]) for metric in TRIES.collect() for one in metric.samples}
    assert shown == {(kind, outcome.__name__.lower()) for kind in get_args(Kind) for outcome in get_args(Outcome)}
