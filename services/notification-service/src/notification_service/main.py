"""`python -m notification_service.main`: knows tasks and people, sweeps what is due."""

from __future__ import annotations

from service_kit import listeners, logs, telemetry
from service_kit.settings import load

from notification_service.bootstrap import build
from notification_service.settings import Settings


async def run(settings: Settings) -> None:
    """Serve until SIGTERM; what is in flight is finished."""
    process = build(settings)

    def stopping() -> None:
        process.health.stopping = True

    await listeners.serve(
        process.open,
        settings.public_host,
        settings.public_port,
        process.inner,
        settings.app_port,
        settings.shutdown_seconds,
        stopping,
    )


def main() -> None:
    """Read settings, then run; a wrong setting ends the process with a sentence and status 2."""
    settings = load(Settings)
    logs.configure(settings.app_id, settings.log_level, settings.replica)
    telemetry.configure(settings.app_id, settings.replica)
    try:
        listeners.run(run(settings))
    finally:
        telemetry.shutdown()


if __name__ == "__main__":
    main()
