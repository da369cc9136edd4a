"""The workflows and actions of .github, and the programs that they run."""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import yaml
from local_runtime import layout

GITHUB = layout.CLONE / ".github"
SCRIPTS = GITHUB / "scripts"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
ACTIONS = sorted((GITHUB / "actions").glob("*/action.yml"))


@dataclass(frozen=True)
class Step:
    """One step: where it stands (`release.yml images`, `verify`), its job (none in an action), and itself."""

    place: str
    job: dict[str, Any]
    said: dict[str, Any]

    @property
    def name(self) -> str:
        return f"{self.place}: {self.said.get('name') or self.said.get('uses')}"


def load(file: Path) -> dict[str, Any]:
    # `on` is a truth value in YAML 1.1, and a word in GitHub's.
    document: dict[Any, Any] = yaml.safe_load(file.read_text())
    return {"on" if key is True else key: value for key, value in document.items()}


def jobs() -> dict[str, dict[str, Any]]:
    return {f"{file.name} {name}": job for file in WORKFLOWS for name, job in load(file)["jobs"].items()}


def steps() -> list[Step]:
    found = [Step(place, job, step) for place, job in jobs().items() for step in job.get("steps", [])]
    for file in ACTIONS:
        found += [Step(file.parent.name, {}, step) for step in load(file)["runs"]["steps"]]
    return found


def script(name: str) -> ModuleType:
    """One of .github/scripts as a module; they are run by themselves and belong to no package."""
    if str(SCRIPTS) not in sys.path:
        sys.path.insert(0, str(SCRIPTS))
    spec = importlib.util.spec_from_file_location(f"github_{name}", SCRIPTS / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look themselves up
    spec.loader.exec_module(module)
    return module
