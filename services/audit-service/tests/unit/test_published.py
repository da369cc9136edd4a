from __future__ import annotations

import datetime as dt
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from audit_service.domain.seals import NOTHING_BEFORE, SealKey, Signed, next_seal
from audit_service.storage.published import PublishedSeals
from local_runtime.keys import Keys


@pytest.fixture
def seals(tmp_path: Path) -> list[Signed]:
    """Two seals, the second after the first."""
    key, now = SealKey(Keys(tmp_path / "keys").seal_key), dt.datetime(2026, 5, 1, tzinfo=dt.UTC)
    first = key.sign(next_seal(None, NOTHING_BEFORE, 10, 10, "a" * 64, now, key.id))
    return [first, key.sign(next_seal(first.seal, first.digest, 20, 10, "b" * 64, now, key.id))]


def test_a_seal_for_which_there_is_no_room_leaves_nothing_and_is_written_whole_later(
    tmp_path: Path, seals: list[Signed]
) -> None:
    """A disk that becomes full takes the beginning of a line and says so by the count alone."""
    published = PublishedSeals(tmp_path / "seals.ndjson")
    with published.writing() as writing:
        assert writing is not None
        writing.append(seals[0])
        with files_end_at(len(seals[0].line()) + 40), pytest.raises(OSError, match="No space left"):
            writing.append(seals[1])
    assert (tmp_path / "seals.ndjson").read_bytes() == seals[0].line()
    with published.writing() as writing:
        assert writing is not None
        assert writing.last() == seals[0]
        writing.append(seals[1])
    assert list(published.read()) == seals


@contextmanager
def files_end_at(size: int) -> Iterator[None]:
    """While it lasts no file of this process grows beyond so many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
