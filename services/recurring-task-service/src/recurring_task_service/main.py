"""`python -m recurring_task_service.main`: decides the next occurrence of every series."""

from __future__ import annotations

from service_kit import listeners, process

from recurring_task_service.bootstrap import build
from recurring_task_service.settings import Settings


async def run(settings: Settings) -> None:
    """Serve until SIGTERM; what is in flight is finished."""
    parts = build(settings)

    def stopping() -> None:
        parts.health.stopping = True

    await listeners.serve(
        parts.open,
        settings.public_host,
        settings.public_port,
        parts.inner,
        settings.app_port,
        settings.shutdown_seconds,
        stopping,
    )


if __name__ == "__main__":
    process.main(Settings, run)
