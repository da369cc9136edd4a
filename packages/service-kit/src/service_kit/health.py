"""Health routes. Ready means: this process's own stores answer. Sidecar and broker are reported, not gating."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

Check = Callable[[], Awaitable[object]]
Details = Callable[[], dict[str, Any]]
CHECK_SECONDS = 2.0


@dataclass(slots=True)
class Health:
    """What readiness asks: `gating` checks decide, `reported` ones are shown, `details` adds fields as they are."""

    gating: dict[str, Check] = field(default_factory=dict[str, Check])
    reported: dict[str, Check] = field(default_factory=dict[str, Check])
    details: Details | None = None
    stopping: bool = False

    async def ask(self) -> dict[str, str]:
        """Ask every check, each for at most two seconds: "ok", or what is wrong."""
        names = [*self.gating, *self.reported]
        answers = await asyncio.gather(*(_ask(c) for c in (*self.gating.values(), *self.reported.values())))
        return dict(zip(names, answers, strict=True))

    async def report(self) -> tuple[bool, dict[str, Any]]:
        """Ask every check; return readiness and the document to show."""
        checks = await self.ask()
        ready = not self.stopping and all(checks[name] == "ok" for name in self.gating)
        document: dict[str, Any] = {"status": "ready" if ready else "not_ready", "checks": checks}
        if self.details is not None:
            document.update(self.details())
        return ready, document


def health_router(health: Health) -> APIRouter:
    """Return `/health/live` (the process answers) and `/health/ready` (200 or 503 with the reasons)."""
    router = APIRouter(include_in_schema=False)

    @router.get("/health/live")
    async def live() -> dict[str, str]:
        return {"status": "live"}

    @router.get("/health/ready")
    async def ready() -> JSONResponse:
        is_ready, document = await health.report()
        return JSONResponse(document, status_code=200 if is_ready else 503)

    return router


async def _ask(check: Check) -> str:
    try:
        await asyncio.wait_for(check(), CHECK_SECONDS)
    except Exception as error:  # noqa: BLE001 - a check may fail in any way; the report says how
        return f"{type(error).__name__}: {error}"[:200] or "failed"
    return "ok"
