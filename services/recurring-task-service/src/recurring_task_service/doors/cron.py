"""The door for the cron binding: even with the loop off, each tick does all that is due."""

from __future__ import annotations

from fastapi import APIRouter, Response

from recurring_task_service.sweeps.advance import Advancer

ROUTE = "/recurrence-check"


def router(advancer: Advancer) -> APIRouter:
    """Return the route that the binding `recurrence-check` posts to; Dapr asks with OPTIONS whether it is here."""
    routes = APIRouter(include_in_schema=False)

    @routes.options(ROUTE)
    def here() -> Response:
        return Response(status_code=200)

    @routes.post(ROUTE)
    async def check() -> Response:
        await advancer.drain()
        return Response(status_code=200)

    return routes
