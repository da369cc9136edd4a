"""`python -m todo_backend.relay`: todo-relay, the one process that publishes the backend's events.

It is its own app with its own sidecar, stands by while another holds the lease, and sends after each acknowledged
bulk one hint per user to live pages.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from dapr_edge.invocation import sidecar_check
from dapr_edge.publisher import HttpBulkPublisher
from event_spine.probes import Probes
from event_spine.relay import Relay
from event_spine.relay import RelaySettings as SpineSettings
from fastapi import FastAPI
from service_kit import listeners, process
from service_kit.database import make_pool, ping
from service_kit.health import Health, health_router
from service_kit.metrics import metrics_router
from service_kit.problems import install_problems

from todo_backend.application.events import SOURCE
from todo_backend.application.table import SCHEMA
from todo_backend.relayed import RELAY_CHANNEL, Hints
from todo_backend.settings import RelaySettings


def build(settings: RelaySettings) -> tuple[FastAPI, Health]:
    """Wire the relay behind an application that only shows its health and metrics."""
    publisher = HttpBulkPublisher(settings.dapr_http_port, settings.dapr_api_token)
    hints = Hints(publisher)
    probes = Probes(SCHEMA, settings.app_id, SOURCE)
    relay = Relay(
        SpineSettings(
            conninfo=settings.database_url,
            schema=SCHEMA,
            channel=RELAY_CHANNEL,
            owner=f"{settings.app_id}-{settings.replica}-{settings.public_port}",
        ),
        publisher,
        on_acknowledged=hints.note,
        on_lead=probes.append,
    )
    pool = make_pool(settings.database_url, 2, settings.app_id)
    health = Health(
        gating={"database": lambda: ping(pool)},
        reported={"sidecar": sidecar_check(settings.dapr_http_port)},
        details=lambda: {"relay": {"leading": relay.is_leading, "refused_database": relay.refused_database}},
    )

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
        stop = asyncio.Event()
        await pool.open()
        work = [
            asyncio.create_task(relay.run(stop), name="relay"),
            asyncio.create_task(hints.run(stop), name="hints"),
            asyncio.create_task(
                probes.keep(pool, lambda: relay.is_leading, settings.probe_seconds, stop), name="probes"
            ),
        ]
        try:
            yield
        finally:
            stop.set()
            await asyncio.wait(work, timeout=settings.shutdown_seconds)
            for task in work:
                task.cancel()
            await publisher.close()
            await pool.close()

    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, lifespan=lifespan)
    app.include_router(health_router(health))
    app.include_router(metrics_router(health))
    install_problems(app)
    return app, health


async def run(settings: RelaySettings) -> None:
    """Relay until the process is told to stop."""
    app, _ = build(settings)
    await listeners.serve(app, settings.public_host, settings.public_port, grace_seconds=settings.shutdown_seconds)


if __name__ == "__main__":
    process.main(RelaySettings, run)
