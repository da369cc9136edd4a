from __future__ import annotations

from pathlib import Path

from event_contracts.apps import APPS
from local_runtime.layout import CLONE
from local_runtime.sources import Watch, broken, sources_of_apps

PYTHON_APPS = {app for app in APPS if APPS[app].module}


def test_each_app_is_watched_where_its_own_code_and_what_it_imports_lies() -> None:
    found = sources_of_apps()
    assert found[CLONE / "backend/src"] == {"todo-backend", "todo-relay"}
    assert found[CLONE / "services/audit-service/src"] == {"audit-service"}
    assert found[CLONE / "packages/event-spine/src"] == PYTHON_APPS
    assert found[CLONE / "packages/recurrence-rules/src"] >= {"todo-backend", "recurring-task-service"}
    assert "audit-service" not in found[CLONE / "packages/recurrence-rules/src"]
    assert CLONE / "tools/local-runtime/src" not in found


def test_what_was_written_added_or_removed_is_seen_once(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        (folder / "inside").mkdir(parents=True)
        (folder / "inside" / "module.py").write_text("x = 1\n")
    watch = Watch({one: frozenset({"a", "b"}), two: frozenset({"b"})})
    assert watch.changed() == (set(), set())
    (two / "inside" / "module.py").write_text("x = 22\n")
    (two / "notes.txt").write_text("not code")
    assert watch.changed() == ({two / "inside" / "module.py"}, {"b"})
    (one / "new.py").touch()
    (two / "inside" / "module.py").unlink()
    assert watch.changed() == ({one / "new.py", two / "inside" / "module.py"}, {"a", "b"})
    assert watch.changed() == (set(), set())


def test_a_file_that_is_no_python_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "good.py").write_text("x = 1\n")
    (tmp_path / "bad.py").write_text("x = 1\ndef (:\n")
    (tmp_path / "nul.py").write_bytes(b"x = '\x00'\n")
    assert broken([tmp_path / "good.py", tmp_path / "gone.py"]) == []
    assert broken([tmp_path / "bad.py"])[0].startswith(f"{tmp_path}/bad.py:2: ")
    assert broken([tmp_path / "nul.py"])[0].startswith(f"{tmp_path}/nul.py:1: ")
