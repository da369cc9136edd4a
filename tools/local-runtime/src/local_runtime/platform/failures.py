"""What is said when the platform does not come up: which part, why, and the last lines of its log."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from local_runtime.errors import PartFailedError
from local_runtime.platform.process import last_lines
from local_runtime.platform.specs import sidecar_name
from local_runtime.platform.supervisor import State


def not_healthy(why: Mapping[str, str], states: Mapping[str, State]) -> PartFailedError:
    """Return the error for processes (name → why) that did not become healthy in time."""
    said = "\n".join(f"  {name}: {reason}\n{last_lines(states[name].spec.log)}" for name, reason in why.items())
    return PartFailedError(f"Not healthy in time:\n{said}")


def no_probe(unseen: Mapping[str, Sequence[str]], deadline: float, logs: Path) -> PartFailedError:
    """Return the error for consumers (app-id → topics) that no probe reached within `deadline` seconds."""
    said = "\n".join(
        f"  {app} has not seen one on {', '.join(topics)}; its sidecar warned:\n"
        + last_lines(logs / f"{sidecar_name(app)}.log", 2, containing='"component":"')
        for app, topics in unseen.items()
    )
    return PartFailedError(f"No probe of the relay came through within {deadline:.0f} s:\n{said}\nLogs: {logs}")


def not_named(unknown: Collection[str], logs: Path) -> PartFailedError:
    """Return the error for apps whose sidecars the others do not find."""
    said = "\n".join(f"  {app}:\n{last_lines(logs / f'{sidecar_name(app)}.log', 3)}" for app in sorted(unknown))
    return PartFailedError(f"Sidecars do not find each other; these are unknown:\n{said}\nLogs: {logs}")
