"""Counting refusals: everything is told of, and floods of them stay small."""

from __future__ import annotations

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from todo_backend.accounts.refusals import MOST_PER_WINDOW, ROOM, WINDOW_SECONDS, Outcome, Refusal, Tally

ADA = UUID(int=1)


def refusal(outcome: Outcome = "token_invalid", user: UUID | None = None, source: str = "10.0.0.1") -> Refusal:
    return Refusal(outcome, user, None, source)


def test_the_first_is_told_of_at_once_and_the_rest_when_the_minute_is_over() -> None:
    tally = Tally()
    tally.note(refusal("wrong_password", ADA), 100.0)
    assert tally.due_in(100.0) == 0.0
    assert [(c.refusal.outcome, c.count) for c in tally.take(100.0)] == [("wrong_password", 1)]
    for second in range(1, 31):
        tally.note(refusal("wrong_password", ADA), 100.0 + second)
    assert tally.take(130.0) == []
    assert tally.due_in(130.0) == WINDOW_SECONDS - 30
    assert [c.count for c in tally.take(160.0)] == [30]
    assert (tally.take(160.0), tally.due_in(160.0)) == ([], None)


def test_what_differs_in_outcome_person_or_source_is_told_apart() -> None:
    tally = Tally()
    for one in (refusal(), refusal("refresh_refused"), refusal(user=ADA), refusal(source="10.0.0.2")):
        tally.note(one, 0.0)
        tally.note(one, 0.0)
    assert [c.count for c in tally.take(0.0)] == [2, 2, 2, 2]


def test_what_could_not_be_told_of_is_counted_again() -> None:
    tally = Tally()
    for _ in range(3):
        tally.note(refusal(), 0.0)
    lost = tally.take(0.0)
    tally.note(refusal(), 1.0)
    tally.put_back(lost, 2.0)
    assert sum(c.count for c in tally.take(2.0) + tally.take(WINDOW_SECONDS)) == 4


def test_people_with_a_token_find_room_while_strangers_flood() -> None:
    tally = Tally()
    for number in range(1000):
        tally.note(refusal(source=f"10.0.0.{number}"), 0.0)
    tally.note(refusal("foreign_path", ADA), 0.0)
    found = {(c.refusal.outcome, c.refusal.source): c.count for c in tally.take(0.0)}
    assert len(found) == ROOM["anonymous"] + 2
    assert found["others", "anonymous"] == 1000 - ROOM["anonymous"]
    assert found["foreign_path", "10.0.0.1"] == 1


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["wrong_password", "unknown_address", "token_invalid", "foreign_path"]),
            st.none() | st.integers(0, 400).map(lambda n: UUID(int=n)),
            st.integers(0, 400).map(str),
            st.floats(0, 59.9),
        ),
        max_size=600,
    )
)
def test_no_minute_makes_more_events_than_there_is_room_for_and_none_is_lost(
    noted: list[tuple[Outcome, UUID | None, str, float]],
) -> None:
    tally, told = Tally(), 0
    events = 0
    for outcome, user, source, now in sorted(noted, key=lambda one: one[3]):
        tally.note(refusal(outcome, user, source), now)
        taken = tally.take(now)
        events, told = events + len(taken), told + sum(c.count for c in taken)
    rest = tally.take(0.0, everything=True)
    assert events + len(rest) <= MOST_PER_WINDOW
    assert told + sum(c.count for c in rest) == len(noted)
