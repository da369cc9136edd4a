"""Wiring only: which parts recurring-task-service is made of."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from dapr_edge.bindings import ticked
from dapr_edge.invocation import Invoker, sidecar_check
from dapr_edge.operations import consumer_router
from dapr_edge.rebuilding import rebuild_router
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

from recurring_task_service.doors import events
from recurring_task_service.projections.rebuilding import RecurringBeside
from recurring_task_service.settings import Settings
from recurring_task_service.sweeps.advance import Advancer
from recurring_task_service.sweeps.prune import EVERY_SECONDS, KEEP_DAYS, prune


@dataclass(frozen=True, slots=True)
class Process:
    """The two apps of the process and what tests want to reach inside it."""

    inner: FastAPI
    open: FastAPI
    health: Health
    pool: Pool
    consumer: Consumer
    advancer: Advancer
    loop: Loop


def build(settings: Settings) -> Process:
    """Put the process together; nothing connects before the lifespan of `inner` starts."""
    pool = make_pool(
        settings.database_url, settings.database_pool_size, settings.app_id, pooled=settings.database_pooled
    )
    tokens = ServiceTokens(settings.app_id, settings.service_key_file, settings.service_keys_file)
    invoker = Invoker(settings.dapr_http_port, settings.dapr_api_token, tokens)
    advancer = Advancer(pool, invoker)
    loop = Loop("advance", advancer.step)
    advancer.on_settled = loop.wake
    pruning = Loop("prune", lambda: prune(pool), longest=EVERY_SECONDS)
    consumer = events.make_consumer(pool, loop.wake)
    health = Health(
        gating={"database": lambda: ping(pool)},
        reported={"sidecar": sidecar_check(settings.dapr_http_port)},
        details=lambda: {"consumers": progress_of(consumer)},
    )

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
        stop = asyncio.Event()
        await pool.open()
        wanted = [loop, pruning] if settings.loops_enabled else [pruning]
        loops = [asyncio.create_task(one.run(stop)) for one in wanted]
        yield
        stop.set()
        await asyncio.gather(*loops)
        await advancer.finish()
        await invoker.close()
        await pool.close()

    inner = FastAPI(
        title="recurring-task-service, inner", lifespan=lifespan, openapi_url=None, telemetry=NO_OTHER_TELEMETRY
    )
    install_problems(inner)
    inner.include_router(health_router(health))
    # Even with the loop off, each tick does all that is due.
    inner.include_router(ticked("recurrence-check", advancer.drain))
    inner.include_router(consumer_router("recurring-task-service", consumer, tokens))
    inner.include_router(replay_router("recurring-task-service", consumer, tokens))
    inner.include_router(rebuild_router("recurring-task-service", RecurringBeside(KEEP_DAYS), pool, tokens, loop.wake))
    inner.add_middleware(BulkDeliveries, consumer=consumer)
    inner.add_middleware(AppTokenRequired, app_api_token=settings.app_api_token)
    inner.add_middleware(RequestContext, listener="inner")

    open_app = FastAPI(title="recurring-task-service", openapi_url=None, telemetry=NO_OTHER_TELEMETRY)
    install_problems(open_app)
    open_app.include_router(health_router(health))
    open_app.include_router(metrics_router(health))
    open_app.add_middleware(RequestContext, listener="open")
    return Process(inner, open_app, health, pool, consumer, advancer, loop)
