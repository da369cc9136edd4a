"""Wiring of todo-backend: which parts there are and which listener serves which routes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from dapr_edge import broadcast
from dapr_edge.broadcast import subscribe_broadcasts
from dapr_edge.comparing import sums_router
from dapr_edge.invocation import Invoker, sidecar_check
from dapr_edge.pausing import pause_router
from dapr_edge.relay_operations import relay_router
from dapr_edge.replaying import ledger_router
from dapr_edge.service_tokens import ServiceTokens
from dapr_edge.state import StateStore
from dapr_edge.tokens import AppTokenRequired
from event_contracts.topics import REMINDERS
from event_spine.sums import ledger_source
from event_spine.wake import Waker
from fastapi import FastAPI
from service_kit.database import Pool, make_pool, ping
from service_kit.health import Health, health_router
from service_kit.limits import BodyLimit
from service_kit.metrics import metrics_router
from service_kit.problems import install_problems
from service_kit.requests import NO_OTHER_TELEMETRY, RequestContext
from starlette.routing import Route

from todo_backend.accounts.passwords import Passwords
from todo_backend.accounts.tokens import Tokens
from todo_backend.application import janitor
from todo_backend.application.execute import Executor
from todo_backend.application.refused import RefusalRecorder
from todo_backend.application.room import Room
from todo_backend.application.table import SCHEMA
from todo_backend.conversations.store import Conversations
from todo_backend.doors.chat import routes as chat
from todo_backend.doors.chat.agent.access import model_access
from todo_backend.doors.chat.agent.answering import AgentModel
from todo_backend.doors.chat.agent.budget import Budgets
from todo_backend.doors.chat.builtin import BuiltIn
from todo_backend.doors.chat.turns import Turns
from todo_backend.doors.events.hints import hint_handlers
from todo_backend.doors.internal.advance import internal_router
from todo_backend.doors.internal.confirm import confirm_router
from todo_backend.doors.internal.resume import resume_router
from todo_backend.doors.internal.snapshot import snapshot_router
from todo_backend.doors.live import updates
from todo_backend.doors.live.hub import Hub
from todo_backend.doors.mcp import metadata as mcp_metadata
from todo_backend.doors.mcp.door import McpDoor
from todo_backend.doors.rest import (
    as_of,
    auth,
    calendar,
    channel_links,
    channels,
    countries,
    export,
    history,
    lists,
    notifications,
    one_tap,
    past,
    preferences,
    quick_add,
    reminders,
    series,
    tasks,
    tokens,
    undo,
)
from todo_backend.doors.rest.contract import describe
from todo_backend.doors.rest.refusals import install_refusals
from todo_backend.doors.services import Services
from todo_backend.relayed import RELAY_CHANNEL
from todo_backend.settings import BackendSettings


@dataclass(frozen=True, slots=True)
class Backend:
    """The two applications of the process and what they share."""

    open_app: FastAPI
    inner_app: FastAPI
    services: Services
    health: Health

    def stop_streams(self) -> None:
        """End live connections and stop being ready: the process is stopping."""
        self.health.stopping = True
        self.services.hub.close()


def build(settings: BackendSettings) -> Backend:
    """Wire a backend. Nothing is opened before the inner application's lifespan starts."""
    pool = make_pool(
        settings.database_url, settings.database_pool_size, settings.app_id, pooled=settings.database_pooled
    )
    waker = Waker(settings.database_url, RELAY_CHANNEL)
    hub = Hub()
    state = StateStore(settings.dapr_http_port, settings.dapr_api_token)
    service_tokens = ServiceTokens(settings.app_id, settings.service_key_file, settings.service_keys_file)

    def after_commit(user_id: UUID, counter: int | None) -> None:
        waker.wake()
        if counter is not None:
            hub.nudge(user_id, counter)

    services = Services(
        pool=pool,
        executor=Executor(pool, after_commit),
        inner_room=Room.beside_people(settings.database_pool_size),
        refusals=RefusalRecorder(pool, waker.wake),
        tokens=Tokens(settings.access_token_key_file),
        passwords=Passwords(),
        hub=hub,
        invoker=Invoker(settings.dapr_http_port, settings.dapr_api_token, service_tokens),
        service_tokens=service_tokens,
        conversations=Conversations(state),
    )
    agent, mcp = _agent(settings, services.tokens, state), McpDoor()
    turns = Turns(agent or BuiltIn())
    health = Health(
        gating={"database": lambda: ping(pool)}, reported={"sidecar": sidecar_check(settings.dapr_http_port)}
    )
    open_app = public_app(services, health, settings.body_limit_bytes, turns)
    open_app.router.routes.append(Route(mcp_metadata.PATH, mcp))
    if agent is not None:
        agent.connect(open_app)
    inner_app = _inner_app(services, turns, health, settings, _lifespan(pool, waker, services, turns, state, mcp))
    return Backend(open_app, inner_app, services, health)


def _agent(settings: BackendSettings, tokens: Tokens, state: StateStore) -> AgentModel | None:
    access = model_access(settings)
    if access is None:
        return None
    return AgentModel(access, tokens, Budgets(state, access.turns_a_day, access.tokens_a_day), BuiltIn())


def public_app(services: Services | None, health: Health, body_limit_bytes: int, turns: Turns | None = None) -> FastAPI:
    """Return what everybody may reach: the REST surface, live updates, JWKS, health and metrics."""
    app = FastAPI(
        title="Todo platform",
        version="1",
        openapi_url="/openapi.json",
        docs_url=None,
        redoc_url=None,
        telemetry=NO_OTHER_TELEMETRY,
    )
    app.state.services, app.state.turns, app.state.listener = services, turns, "open"
    _mount(app, health)
    describe(app)
    app.add_middleware(BodyLimit, max_bytes=body_limit_bytes)
    app.add_middleware(RequestContext, listener="open")
    return app


def _inner_app(services: Services, turns: Turns, health: Health, settings: BackendSettings, lifespan: Any) -> FastAPI:
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, lifespan=lifespan, telemetry=NO_OTHER_TELEMETRY)
    app.state.services, app.state.turns, app.state.listener = services, turns, "inner"
    app.include_router(internal_router(services.service_tokens))
    app.include_router(confirm_router(services.service_tokens))
    app.include_router(resume_router(services.service_tokens))
    app.include_router(relay_router("todo-backend", SCHEMA, services.pool, services.service_tokens))
    app.include_router(ledger_router("todo-backend", SCHEMA, services.pool, services.service_tokens))
    app.include_router(sums_router("todo-backend", ledger_source(SCHEMA), services.pool, services.service_tokens))
    app.include_router(snapshot_router(services.pool, services.service_tokens))
    app.include_router(pause_router("todo-backend", SCHEMA, services.pool, services.service_tokens))
    subscribe_broadcasts(app, hint_handlers(services.hub), bulk=[REMINDERS.name])
    _mount(app, health)
    app.add_middleware(BodyLimit, max_bytes=settings.body_limit_bytes, beyond=broadcast.ROUTES)
    app.add_middleware(RequestContext, listener="inner")
    app.add_middleware(AppTokenRequired, app_api_token=settings.app_api_token)
    return app


def _mount(app: FastAPI, health: Health) -> None:
    for door in (
        auth,
        tokens,
        countries,
        tasks,
        history,
        export,
        as_of,
        undo,
        series,
        lists,
        past,
        quick_add,
        calendar,
        notifications,
        channels,
        channel_links,
        preferences,
        reminders,
        one_tap,
        updates,
        chat,
        mcp_metadata,
    ):
        app.include_router(door.router)
    app.include_router(health_router(health))
    app.include_router(metrics_router(health))
    install_problems(app)
    install_refusals(app)


def _lifespan(pool: Pool, waker: Waker, services: Services, turns: Turns, state: StateStore, mcp: McpDoor) -> Any:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
        stop = asyncio.Event()
        await pool.open()
        work = [
            asyncio.create_task(run)
            for run in (waker.run(stop), janitor.run(pool, stop), services.refusals.loop.run(stop), mcp.run(stop))
        ]
        try:
            yield
        finally:
            stop.set()
            services.hub.close()
            await asyncio.wait(work, timeout=2.0)
            for task in work:
                task.cancel()
            await turns.settle(2.0)
            await services.refusals.flush(1.0)
            await services.invoker.close()
            await state.close()
            await pool.close()

    return lifespan
