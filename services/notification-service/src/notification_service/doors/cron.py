"""The door for the cron binding: even with the loop off, each tick sends all that is due."""

from __future__ import annotations

from fastapi import APIRouter, Response

from notification_service.sweeps.deliver import Deliverer

ROUTE = "/reminder-check"


def router(deliverer: Deliverer) -> APIRouter:
    """Return the route that the binding `reminder-check` posts to; Dapr asks with OPTIONS whether it is here."""
    routes = APIRouter(include_in_schema=False)

    @routes.options(ROUTE)
    def here() -> Response:
        return Response(status_code=200)

    @routes.post(ROUTE)
    async def check() -> Response:
        await deliverer.drain()
        return Response(status_code=200)

    return routes
