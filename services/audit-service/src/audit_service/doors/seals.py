"""The operators' door to seals: how far they reach, sealing at once, and whether what was sealed is still so."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import Annotated, Any

from dapr_edge.service_tokens import ServiceTokens, require_service
from event_contracts.operators import SEAL_DOOR
from fastapi import APIRouter, Depends, Query
from service_kit.database import Pool
from service_kit.problems import Problem

from audit_service.sweeps.seal import Sealer, SealingRefused
from audit_service.sweeps.verify_seals import verify_seals

SECONDS_PER_CALL = 15.0
"""Verifying stops after this long, well within the caller's deadline, and says where to go on."""
TRIES = 100


def seal_router(pool: Pool, sealer: Sealer, tokens: ServiceTokens) -> APIRouter:
    """Return the routes; each asks for the operators' service token."""
    routes = APIRouter(include_in_schema=False)

    @routes.post(SEAL_DOOR.make.route, dependencies=[Depends(require_service(tokens, SEAL_DOOR.make))])
    async def make() -> dict[str, Any]:
        for _ in range(TRIES):
            try:
                sealed = await sealer.seal()
            except SealingRefused as error:
                raise Problem(409, "sealing_refused", str(error)) from error
            if not sealed.by_another:
                return asdict(sealed)
            await asyncio.sleep(0.1)
        raise Problem(503, "sealing_busy", "Another replica is sealing. Ask again in a moment.")

    @routes.get(SEAL_DOOR.verify.route, dependencies=[Depends(require_service(tokens, SEAL_DOOR.verify))])
    async def verify(after: Annotated[int, Query(ge=0, le=2**62)] = 0) -> dict[str, Any]:
        verified = await verify_seals(pool, sealer.key, sealer.published, after, SECONDS_PER_CALL)
        return asdict(verified)

    return routes
