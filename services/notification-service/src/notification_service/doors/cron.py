"""The door for the cron binding: even with the loop off, each tick takes all that is due."""

from __future__ import annotations

from fastapi import APIRouter, Response
from service_kit.database import Pool

from notification_service.sweeps.due import take_what_is_due

ROUTE = "/reminder-check"


def router(pool: Pool) -> APIRouter:
    """Return the route that the binding `reminder-check` posts to; Dapr asks with OPTIONS whether it is here."""
    routes = APIRouter(include_in_schema=False)

    @routes.options(ROUTE)
    def here() -> Response:
        return Response(status_code=200)

    @routes.post(ROUTE)
    async def check() -> Response:
        await take_what_is_due(pool)
        return Response(status_code=200)

    return routes
