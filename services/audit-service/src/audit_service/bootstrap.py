"""Wiring only: which parts audit-service is made of."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from dapr_edge.comparing import sums_router
from dapr_edge.invocation import sidecar_check
from dapr_edge.operations import consumer_router
from dapr_edge.replaying import replay_router
from dapr_edge.service_tokens import ServiceTokens
from dapr_edge.subscriptions import BulkDeliveries
from dapr_edge.tokens import AppTokenRequired
from event_spine.consumer import Consumer
from event_spine.loop import Loop
from event_spine.progress import progress_of
from fastapi import FastAPI
from service_kit.database import Pool, make_pool, ping
from service_kit.health import Health, health_router
from service_kit.metrics import metrics_router
from service_kit.problems import install_problems
from service_kit.requests import NO_OTHER_TELEMETRY, RequestContext

from audit_service.domain.seals import SealKey
from audit_service.doors import events, internal, verification
from audit_service.doors.seals import seal_router
from audit_service.settings import Settings
from audit_service.storage.published import PublishedSeals
from audit_service.storage.verifying import ENTRIES
from audit_service.sweeps.partitions import EVERY_SECONDS, keep_partitions
from audit_service.sweeps.seal import Sealer


@dataclass(frozen=True, slots=True)
class Process:
    """The two apps of the process and what tests want to reach inside it."""

    inner: FastAPI
    open: FastAPI
    health: Health
    pool: Pool
    consumer: Consumer
    sealer: Sealer


def build(settings: Settings) -> Process:
    """Put the process together; nothing connects before the lifespan of `inner` starts."""
    pool = make_pool(settings.database_url, settings.database_pool_size, settings.app_id)
    tokens = ServiceTokens(settings.app_id, settings.service_key_file, settings.service_keys_file)
    consumer = events.make_consumer(pool)
    partitions = Loop("partitions", lambda: keep_partitions(pool), longest=EVERY_SECONDS)
    sealer = Sealer(pool, SealKey(settings.seal_key_file), PublishedSeals(settings.seals_file), settings.seal_seconds)
    sealing = Loop("seals", sealer.step, longest=settings.seal_seconds)
    health = Health(
        gating={"database": lambda: ping(pool)},
        reported={"sidecar": sidecar_check(settings.dapr_http_port)},
        details=lambda: {"consumers": progress_of(consumer), "sealing_refused": sealer.refused},
    )

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
        stop = asyncio.Event()
        await pool.open()
        loops = [asyncio.create_task(loop.run(stop)) for loop in (partitions, sealing)]
        yield
        stop.set()
        await asyncio.gather(*loops)
        await pool.close()

    inner = FastAPI(title="audit-service, inner", lifespan=lifespan, openapi_url=None, telemetry=NO_OTHER_TELEMETRY)
    install_problems(inner)
    inner.include_router(health_router(health))
    inner.include_router(internal.router(pool, tokens))
    inner.include_router(seal_router(pool, sealer, tokens))
    inner.include_router(consumer_router("audit-service", consumer, tokens))
    inner.include_router(replay_router("audit-service", consumer, tokens))
    inner.include_router(sums_router("audit-service", ENTRIES, pool, tokens))
    inner.include_router(verification.router(pool, tokens))
    inner.add_middleware(BulkDeliveries, consumer=consumer)
    inner.add_middleware(AppTokenRequired, app_api_token=settings.app_api_token)
    inner.add_middleware(RequestContext, listener="inner")

    open_app = FastAPI(title="audit-service", openapi_url=None, telemetry=NO_OTHER_TELEMETRY)
    install_problems(open_app)
    open_app.include_router(health_router(health))
    open_app.include_router(metrics_router(health))
    open_app.add_middleware(RequestContext, listener="open")
    return Process(inner, open_app, health, pool, consumer, sealer)
