"""`python -m todo_backend.main`: the backend's process with its two listeners."""

from __future__ import annotations

from service_kit import listeners, process

from todo_backend.bootstrap import build
from todo_backend.settings import BackendSettings


async def run(settings: BackendSettings) -> None:
    """Serve until the process is told to stop."""
    backend = build(settings)
    await listeners.serve(
        backend.open_app,
        settings.public_host,
        settings.public_port,
        backend.inner_app,
        settings.app_port,
        settings.shutdown_seconds,
        backend.stop_streams,
    )


if __name__ == "__main__":
    process.main(BackendSettings, run)
