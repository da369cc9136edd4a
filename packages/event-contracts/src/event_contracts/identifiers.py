"""Identifiers: UUIDv7, so that an id carries its time and sorts by it (RFC 9562, section 5.7)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol
from uuid import UUID

import uuid_utils.compat

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


class NewId(Protocol):
    """Makes one fresh id; use cases take it as a parameter so that tests can decide the ids."""

    def __call__(self) -> UUID:
        """Return a new UUIDv7."""
        ...


def uuid7() -> UUID:
    """Return a new UUIDv7 of this process; within one process they rise strictly."""
    return uuid_utils.compat.uuid7()


def instant_of(identifier: UUID) -> datetime:
    """Return the instant that a UUIDv7 carries, in UTC, to the millisecond.

    Raises ValueError when the id is not of version 7.
    """
    if identifier.version != 7:
        raise ValueError(f"{identifier} is not a UUIDv7")
    return _EPOCH + (identifier.int >> 80) * _MILLISECOND


def first_id_of(instant: datetime) -> UUID:
    """Return the lowest UUIDv7-shaped value of a millisecond: the bound of a partition or a time range."""
    return UUID(int=(instant - _EPOCH) // _MILLISECOND << 80)
