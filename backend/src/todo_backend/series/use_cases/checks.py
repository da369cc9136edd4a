"""What every use case of a series asks first."""

from __future__ import annotations

from uuid import UUID

from todo_backend.application.change import Loaded
from todo_backend.application.expected import as_expected
from todo_backend.errors import SeriesHasEnded, SeriesNotFound
from todo_backend.series.domain import Series


def found(loaded: Loaded, series_id: UUID, expected_version: int | None) -> Series:
    """Return the series. Raises SeriesNotFound, and StaleEtag when its version is not the expected one."""
    return as_expected(loaded.series.get(series_id), expected_version, SeriesNotFound)


def going_on(loaded: Loaded, series_id: UUID, expected_version: int | None) -> Series:
    """Return the series as `found`, if it has not ended. Raises SeriesHasEnded."""
    series = found(loaded, series_id, expected_version)
    if series.status == "ended":
        raise SeriesHasEnded(end_reason=series.end_reason)
    return series
