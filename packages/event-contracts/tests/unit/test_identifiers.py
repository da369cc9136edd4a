"""Identifiers carry their instant and sort by it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from event_contracts.identifiers import first_id_of, instant_of, uuid7
from hypothesis import given
from hypothesis import strategies as st

INSTANTS = st.datetimes(datetime(1970, 1, 1), datetime(9999, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


def shaped_as_version_7(low: UUID) -> UUID:
    return UUID(int=low.int | (7 << 76) | (2 << 62))


def test_a_new_id_carries_the_present_instant() -> None:
    before = datetime.now(UTC) - timedelta(milliseconds=1)
    made = instant_of(uuid7())

    assert before <= made <= datetime.now(UTC)


def test_ids_of_one_process_rise_strictly() -> None:
    ids = [uuid7() for _ in range(1000)]

    assert ids == sorted(set(ids))


@given(INSTANTS)
def test_the_first_id_of_an_instant_carries_it_to_the_millisecond(instant: datetime) -> None:
    first = first_id_of(instant)

    assert instant_of(shaped_as_version_7(first)) == instant.replace(microsecond=instant.microsecond // 1000 * 1000)


@given(INSTANTS, st.integers(0, 2**80 - 1))
def test_the_first_id_of_an_instant_is_its_lower_bound(instant: datetime, rest: int) -> None:
    low, high = first_id_of(instant), first_id_of(instant + timedelta(milliseconds=1))
    some = UUID(int=low.int | rest)

    assert low <= some < high


def test_an_id_of_another_version_carries_no_instant() -> None:
    with pytest.raises(ValueError, match="not a UUIDv7"):
        instant_of(uuid4())
