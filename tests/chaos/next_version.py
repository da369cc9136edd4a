"""A version of todo-backend that does not exist yet: a copy with a column more, and the migrations of that column."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from local_runtime.layout import CLONE
from local_runtime.platform import Platform

EXPAND = "ALTER TABLE tasks.tasks ADD COLUMN title_length int"
ENFORCE = "ALTER TABLE tasks.tasks ADD CONSTRAINT tasks_title_length CHECK (title_length IS NOT NULL) NOT VALID"
VALIDATE = "ALTER TABLE tasks.tasks VALIDATE CONSTRAINT tasks_title_length"
RELAX = "ALTER TABLE tasks.tasks DROP CONSTRAINT tasks_title_length"
CONTRACT = "ALTER TABLE tasks.tasks DROP COLUMN title_length"

_EDITS = {
    "application/columns.py": (
        '"uid_digest": "text",\n    },',
        '"uid_digest": "text",\n        "title_length": "int",\n    },',
    ),
    "application/rows.py": (
        '"uid_digest": task.uid_digest,\n    }',
        '"uid_digest": task.uid_digest,\n        "title_length": len(task.title),\n    }',
    ),
}
_REVISION = """from alembic import op

revision = "{name}"
down_revision = "{before}"


def upgrade() -> None:
    op.execute({statement!r})
"""


@dataclass(frozen=True)
class NextVersion:
    """The copy, in a folder that stands before the installed one on PYTHONPATH."""

    folder: Path

    @classmethod
    def make(cls, folder: Path) -> NextVersion:
        """Copy the backend and edit the copy."""
        shutil.copytree(CLONE / "backend/src/todo_backend", folder / "todo_backend")
        for name, (before, after) in _EDITS.items():
            file = folder / "todo_backend" / name
            text = file.read_text()
            assert text.count(before) == 1, f"{name} is not what this edit was written for"
            file.write_text(text.replace(before, after))
        return cls(folder)

    @property
    def environment(self) -> dict[str, str]:
        """What makes a process of todo-backend one of this version."""
        return {"PYTHONPATH": str(self.folder)}

    def add_migration(self, statement: str) -> Path:
        """Write a migration after the newest; return its file."""
        versions = self.folder / "todo_backend/migrations/versions"
        newest = max(path.name for path in versions.glob("0*.py"))[:4]
        name = f"{int(newest) + 1:04}"
        file = versions / f"{name}_drill.py"
        file.write_text(_REVISION.format(name=name, before=newest, statement=statement))
        return file

    def migrate(self, platform: Platform) -> subprocess.CompletedProcess[str]:
        """Run this version's migrations as the chart's job does."""
        return subprocess.run(
            [sys.executable, "-m", "todo_backend.migrate"],
            env={**os.environ, **self.environment, "DATABASE_OWNER_URL": platform.owner_url("tasks")},
            cwd=self.folder, capture_output=True, text=True, check=False, timeout=180,
        )  # fmt: skip
