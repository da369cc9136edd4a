"""What the container that prepares database and broker says when something is in the way."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from local_runtime.containers import setup


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    passwords = tmp_path / "passwords.json"
    passwords.write_text(json.dumps({"superuser": "p@ss/word"}))
    monkeypatch.setenv("PASSWORDS_FILE", str(passwords))
    monkeypatch.setenv("DATABASE_SUPERUSER_URL", "postgresql://postgres@127.0.0.1:1/postgres")
    monkeypatch.setenv("KAFKA_BROKERS", "127.0.0.1:1")
    monkeypatch.setattr(setup, "PATIENCE", 0.0)


@pytest.mark.usefixtures("settings")
def test_a_missing_setting_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delenv("KAFKA_BROKERS")
    assert setup.main() == 2
    assert capsys.readouterr().err == "The setting 'KAFKA_BROKERS' is missing or cannot be read.\n"


@pytest.mark.usefixtures("settings")
def test_a_database_that_does_not_answer_is_named_without_its_password(capsys: pytest.CaptureFixture[str]) -> None:
    assert setup.main() == 1
    said = capsys.readouterr().err
    assert said.startswith("PostgreSQL does not answer after 0 s: ")
    assert "p@ss" not in said


@pytest.mark.usefixtures("settings")
def test_a_broker_that_does_not_answer_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refused(_address: str, _replication: int) -> list[str]:
        raise setup.KafkaException("no brokers")

    monkeypatch.setattr(setup.database, "prepare", lambda _url, _passwords: None)
    monkeypatch.setattr(setup.topics, "make", refused)
    assert setup.main() == 1
    assert capsys.readouterr().err.startswith("the broker does not answer after 0 s: no brokers")
