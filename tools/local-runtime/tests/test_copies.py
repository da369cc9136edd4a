"""A copy that lacks a file, or has another, is named as not whole."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from local_runtime.copies import verify_copy
from local_runtime.errors import LocalRuntimeError


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    files = {"PG_VERSION": b"18\n", "base/1/2619": b"rows"}
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    listed = [
        {"Path": name, "Size": len(content), "Checksum-Algorithm": "SHA256",
         "Checksum": hashlib.sha256(content).hexdigest()}
        for name, content in files.items()
    ]  # fmt: skip
    (tmp_path / "backup_manifest").write_text(json.dumps({"Files": listed}))
    return tmp_path


def test_a_whole_copy_is_whole(copy: Path) -> None:
    assert verify_copy(copy) == 0


def test_a_missing_file_is_named(copy: Path) -> None:
    (copy / "base/1/2619").unlink()
    with pytest.raises(LocalRuntimeError, match="not whole: base/1/2619 is missing"):
        verify_copy(copy)


def test_a_file_that_was_cut_or_changed_is_named(copy: Path) -> None:
    (copy / "base/1/2619").write_bytes(b"ro")
    (copy / "PG_VERSION").write_bytes(b"17\n")
    with pytest.raises(LocalRuntimeError, match="PG_VERSION differs; base/1/2619 has 2 bytes instead of 4"):
        verify_copy(copy)


def test_a_folder_without_manifest_is_no_copy(tmp_path: Path) -> None:
    with pytest.raises(LocalRuntimeError, match="no whole copy"):
        verify_copy(tmp_path)
