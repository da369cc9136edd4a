"""Input bindings: the route that a cron binding posts to at each tick."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Response


def ticked(name: str, act: Callable[[], Awaitable[object]]) -> APIRouter:
    """Return the route of the binding `name`; each tick waits for `act`. Dapr asks with OPTIONS whether it is here."""
    routes = APIRouter(include_in_schema=False)

    @routes.options(f"/{name}")
    def here() -> Response:
        return Response(status_code=200)

    @routes.post(f"/{name}")
    async def tick() -> Response:
        await act()
        return Response(status_code=200)

    return routes
