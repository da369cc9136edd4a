"""The frame of every process: settings, logs, traces, the loop, and a decent end."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from service_kit import listeners, logs, telemetry
from service_kit.settings import ServiceSettings, load

S = TypeVar("S", bound=ServiceSettings)


def main(settings_type: type[S], run: Callable[[S], Coroutine[Any, Any, None]]) -> None:
    """Read settings, then run; a wrong setting ends the process with a sentence and status 2."""
    settings = load(settings_type)
    logs.configure(settings.app_id, settings.log_level, settings.replica)
    telemetry.configure(settings.app_id, settings.replica)
    try:
        listeners.run(run(settings))
    finally:
        telemetry.shutdown()
