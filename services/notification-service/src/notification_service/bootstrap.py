"""Wiring only: which parts notification-service is made of."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from dapr_edge.bindings import ticked
from dapr_edge.comparing import sums_router
from dapr_edge.invocation import Invoker, sidecar_check
from dapr_edge.operations import consumer_router
from dapr_edge.pausing import pause_router
from dapr_edge.publisher import HttpBulkPublisher
from dapr_edge.rebuilding import rebuild_router
from dapr_edge.relay_operations import relay_router
from dapr_edge.replaying import ledger_router, replay_router
from dapr_edge.service_tokens import ServiceTokens
from dapr_edge.subscriptions import BulkDeliveries
from dapr_edge.tokens import AppTokenRequired
from event_spine.consumer import Consumer
from event_spine.loop import Loop
from event_spine.probes import EVERY_SECONDS as PROBE_SECONDS
from event_spine.probes import Probes
from event_spine.progress import progress_of
from event_spine.relay import Relay, RelaySettings
from event_spine.sums import ledger_source
from event_spine.wake import Waker
from fastapi import FastAPI
from service_kit.database import Pool, make_pool, ping
from service_kit.health import Health, health_router
from service_kit.metrics import metrics_router
from service_kit.problems import install_problems
from service_kit.requests import NO_OTHER_TELEMETRY, RequestContext

from notification_service.doors import channels, events, internal, operators, preferences, reminders
from notification_service.projections.rebuilding import NotificationBeside
from notification_service.sending.sender import Sender
from notification_service.sending.senders import Senders
from notification_service.settings import Settings
from notification_service.storage.schema import RELAY_CHANNEL, SCHEMA
from notification_service.sweeps import partitions, prune
from notification_service.sweeps.deliver import Deliverer, Terms

GATHER_SECONDS = 0.05
"""Under load what was sent is published so much later, in bulks: it has been told by then, only pages wait for it."""
SENDING_SECONDS = 2.0
"""What a shutdown gives messages that are on their way to strangers."""


@dataclass(frozen=True, slots=True)
class Process:
    """The two apps of the process and what tests want to reach inside it."""

    inner: FastAPI
    open: FastAPI
    health: Health
    pool: Pool
    consumer: Consumer
    deliverer: Deliverer
    loop: Loop
    sender: Sender
    senders: Senders
    relay: Relay


def build(settings: Settings) -> Process:
    """Put the process together; nothing connects before the lifespan of `inner` starts."""
    pool = make_pool(settings.database_url, settings.database_pool_size, settings.app_id)
    tokens = ServiceTokens(settings.app_id, settings.service_key_file, settings.service_keys_file)
    invoker = Invoker(settings.dapr_http_port, settings.dapr_api_token, tokens)
    publisher = HttpBulkPublisher(settings.dapr_http_port, settings.dapr_api_token)
    waker = Waker(settings.database_url, RELAY_CHANNEL)
    probes = Probes(SCHEMA, settings.app_id, settings.app_id)
    relay = Relay(
        RelaySettings(
            conninfo=settings.database_url,
            schema=SCHEMA,
            channel=RELAY_CHANNEL,
            owner=f"{settings.app_id}-{settings.replica}-{settings.public_port}",
            gather_seconds=GATHER_SECONDS,
        ),
        publisher,
        on_lead=probes.append,
    )
    deliverer = Deliverer(pool, invoker, Terms(settings.confirm_patience_seconds, settings.digest_above))
    loop = Loop("reminders", deliverer.step)
    senders = Senders(settings)
    sender = Sender(pool, senders)
    sending = Loop("deliveries", sender.step)

    def on_sent() -> None:
        waker.wake()
        sending.wake()

    deliverer.on_settled, deliverer.on_sent = loop.wake, on_sent
    sender.on_settled, sender.on_told = sending.wake, waker.wake
    consumer = events.make_consumer(pool, loop.wake)
    janitors = [
        Loop("partitions", lambda: partitions.keep_partitions(pool), longest=partitions.EVERY_SECONDS),
        Loop("prune", lambda: prune.prune(pool), longest=prune.EVERY_SECONDS),
    ]
    health = Health(
        gating={"database": lambda: ping(pool)},
        reported={"sidecar": sidecar_check(settings.dapr_http_port)},
        details=lambda: {
            "consumers": progress_of(consumer),
            "relay": {"leading": relay.is_leading, "refused_database": relay.refused_database},
        },
    )

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
        stop = asyncio.Event()
        await pool.open()
        loops = [loop, sending, *janitors] if settings.loops_enabled else janitors
        work = [asyncio.create_task(one.run(stop)) for one in (*loops, relay, waker)]
        work.append(asyncio.create_task(probes.keep(pool, lambda: relay.is_leading, PROBE_SECONDS, stop)))
        yield
        stop.set()
        await asyncio.wait(work, timeout=settings.shutdown_seconds)
        for task in work:
            task.cancel()
        await deliverer.finish()
        await sender.finish(SENDING_SECONDS)
        await senders.close()
        await asyncio.gather(publisher.close(), invoker.close())
        await pool.close()

    def wake() -> None:
        loop.wake()
        sending.wake()

    async def tick() -> None:
        await deliverer.drain()
        await sender.drain()

    inner = FastAPI(
        title="notification-service, inner", lifespan=lifespan, openapi_url=None, telemetry=NO_OTHER_TELEMETRY
    )
    install_problems(inner)
    inner.include_router(health_router(health))
    # Even with the loop off, each tick does all that is due.
    inner.include_router(ticked("reminder-check", tick))
    inner.include_router(internal.router(pool, tokens))
    inner.include_router(channels.router(pool, tokens, senders, sender))
    inner.include_router(operators.router(pool, tokens, wake))
    inner.include_router(preferences.router(pool, tokens, loop.wake))
    inner.include_router(reminders.router(pool, tokens, loop.wake, senders.taps))
    inner.include_router(consumer_router("notification-service", consumer, tokens))
    inner.include_router(replay_router("notification-service", consumer, tokens))
    inner.include_router(rebuild_router("notification-service", NotificationBeside(), pool, tokens, loop.wake))
    inner.include_router(relay_router("notification-service", SCHEMA, pool, tokens))
    inner.include_router(ledger_router("notification-service", SCHEMA, pool, tokens))
    inner.include_router(sums_router("notification-service", ledger_source(SCHEMA), pool, tokens))
    inner.include_router(pause_router("notification-service", SCHEMA, pool, tokens))
    inner.add_middleware(BulkDeliveries, consumer=consumer)
    inner.add_middleware(AppTokenRequired, app_api_token=settings.app_api_token)
    inner.add_middleware(RequestContext, listener="inner")

    open_app = FastAPI(title="notification-service", openapi_url=None, telemetry=NO_OTHER_TELEMETRY)
    install_problems(open_app)
    open_app.include_router(health_router(health))
    open_app.include_router(metrics_router(health))
    open_app.add_middleware(RequestContext, listener="open")
    return Process(inner, open_app, health, pool, consumer, deliverer, loop, sender, senders, relay)
