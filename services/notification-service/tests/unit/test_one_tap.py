"""Links of one tap: for one act on one reminder, ending, and made here only."""

from __future__ import annotations

import datetime as dt

import pytest
from event_contracts.identifiers import uuid7
from notification_service.channels.links import LinkInvalid
from notification_service.channels.one_tap import LASTS, OneTaps, Tapped

OLD, NEW = b"o" * 32, b"n" * 32
TAPPED = Tapped(uuid7(), uuid7(), uuid7())
NOW = dt.datetime.now(dt.UTC)


def token(url: str) -> str:
    return url.partition("token=")[2]


def test_a_link_says_what_it_was_made_for_also_after_a_change_of_keys() -> None:
    url = OneTaps("https://todo.example/", [OLD]).url("done", TAPPED, NOW)
    assert url.startswith("https://todo.example/api/one-tap/done?token=")
    assert OneTaps("https://todo.example", [NEW, OLD]).read("done", token(url)) == TAPPED


def test_it_is_good_for_its_own_act_only_ends_and_cannot_be_made_elsewhere() -> None:
    taps = OneTaps("https://todo.example", [OLD])
    made = token(taps.url("1h", TAPPED, NOW))
    ended = token(taps.url("1h", TAPPED, NOW - LASTS - dt.timedelta(seconds=1)))
    foreign = token(OneTaps("https://todo.example", [NEW]).url("1h", TAPPED, NOW))
    for wrong in (ended, foreign, made[:-3] + "abc", "", "x" * 100):
        with pytest.raises(LinkInvalid):
            taps.read("1h", wrong)
    with pytest.raises(LinkInvalid):
        taps.read("done", made)
