"""The generated files are those in the repository."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from event_contracts.catalog import CATALOG, HINTED, PROBED
from event_contracts.generate import REFRESH
from event_contracts.generate.__main__ import ROOT, differing, main, wanted_files
from event_contracts.generate.asyncapi import document

COMMITTED = wanted_files(ROOT)


def test_the_committed_files_are_what_the_generator_writes() -> None:
    assert differing(ROOT) == [], f"refresh with: {REFRESH}"


def test_check_names_the_file_and_the_command(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("event_contracts.generate.__main__.differing", lambda _: ["docs/events.md"])

    assert main(["--check"]) == 1

    said = capsys.readouterr().err
    assert "docs/events.md" in said
    assert REFRESH in said


def test_a_schema_of_a_type_that_is_gone_differs(tmp_path: Path) -> None:
    for path in [*COMMITTED, "packages/event-contracts/examples/todo.task.completed.v1.json"]:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text((ROOT / path).read_text("utf-8"), "utf-8")
    stale = "packages/event-contracts/schemas/todo.task.sneezed.v1.json"
    (tmp_path / stale).write_text("{}", "utf-8")

    assert differing(tmp_path) == [stale]


def test_every_type_has_a_schema() -> None:
    schemas = {Path(path).name for path in COMMITTED if "/schemas/" in path}

    assert schemas == {f"{name}.json" for name in (*CATALOG, PROBED, HINTED)} | {"cloudevent.json"}


def test_no_schema_forbids_fields_that_a_later_version_adds() -> None:
    for path, text in COMMITTED.items():
        assert '"additionalProperties": false' not in text, path


def test_a_wall_time_is_not_called_an_rfc_3339_time() -> None:
    """Validators that check formats would refuse `18:00`: RFC 3339 wants seconds and an offset."""
    assert not [path for path, text in COMMITTED.items() if '"format": "time"' in text]


def test_every_reference_of_the_asyncapi_document_leads_somewhere() -> None:
    text = (ROOT / "packages/event-contracts/asyncapi.yaml").read_text("utf-8")
    whole = yaml.safe_load(text)
    assert whole == document()

    for reference in _references(whole):
        if reference.startswith("#/"):
            found = whole
            for step in reference[2:].split("/"):
                found = found[step]
        else:
            json.loads((ROOT / "packages/event-contracts" / reference).read_text("utf-8"))


def _references(part: object) -> list[str]:
    if isinstance(part, dict):
        own = [part["$ref"]] if "$ref" in part else []
        return own + [r for value in part.values() for r in _references(value)]
    if isinstance(part, list):
        return [r for value in part for r in _references(value)]
    return []
