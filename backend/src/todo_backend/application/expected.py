"""The row that an act names: it is there, and as its caller saw it."""

from __future__ import annotations

from typing import Protocol, TypeVar

from todo_backend.errors import StaleEtag, TodoError


class Versioned(Protocol):
    """A row that counts its changes."""

    @property
    def version(self) -> int: ...  # noqa: D102 - the class says it


Row = TypeVar("Row", bound=Versioned)


def as_expected(row: Row | None, version: int | None, missing: type[TodoError]) -> Row:
    """Return the row. Raises `missing` where there is none, StaleEtag when its version is not the expected one."""
    if row is None:
        raise missing
    if version is not None and row.version != version:
        raise StaleEtag(current_version=row.version)
    return row
