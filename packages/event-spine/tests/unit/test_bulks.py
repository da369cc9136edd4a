"""Cutting bulks: a key once per bulk, its order kept across bulks, sizes bounded, nothing lost."""

from __future__ import annotations

from uuid import UUID

from event_spine.outgoing import Outgoing, cut_bulks
from hypothesis import given
from hypothesis import strategies as st

events = st.lists(
    st.tuples(st.sampled_from(["task-events", "account-events"]), st.sampled_from("abcde"), st.integers(1, 400)),
    max_size=60,
).map(
    lambda rows: [
        Outgoing(seq, UUID(int=seq), topic, key, b"x" * size) for seq, (topic, key, size) in enumerate(rows, start=1)
    ]
)


@given(events)
def test_every_event_travels_once_and_each_keys_events_keep_their_order(pending: list[Outgoing]) -> None:
    bulks = cut_bulks(pending, max_entries=4, max_bytes=500)

    flat = [event for bulk in bulks for event in bulk]
    assert sorted(e.seq for e in flat) == [e.seq for e in pending]
    for bulk in bulks:
        assert len({e.topic for e in bulk}) == 1
        assert len({e.stream_key for e in bulk}) == len(bulk) <= 4
        assert len(bulk) == 1 or sum(len(e.record) for e in bulk) <= 500
    for key in {(e.topic, e.stream_key) for e in pending}:
        travelled = [e.seq for e in flat if (e.topic, e.stream_key) == key]
        assert travelled == sorted(travelled)


def test_different_keys_share_a_bulk() -> None:
    pending = [Outgoing(n, UUID(int=n), "task-events", str(n), b"x") for n in range(1, 201)]
    assert [len(bulk) for bulk in cut_bulks(pending)] == [200]
