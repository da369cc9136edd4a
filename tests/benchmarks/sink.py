"""`python -m tests.benchmarks.sink LATENCY FIRST_PORT COUNT`: webhook receivers that answer after a while.

The last port takes requests and never answers. `GET /told` on the first tells when each message came, by its id.
"""

from __future__ import annotations

import asyncio
import sys
import time

from aiohttp import web


async def serve(latency: float, first: int, count: int) -> None:
    """Receive until killed."""
    told: dict[str, list[float]] = {}
    stalled = first + count - 1

    async def take(request: web.Request) -> web.Response:
        await request.read()
        if request.url.port == stalled:
            await asyncio.Event().wait()
        told.setdefault(request.headers["webhook-id"], []).append(time.time())
        await asyncio.sleep(latency)
        return web.Response()

    async def tell(_: web.Request) -> web.Response:
        return web.json_response(told)

    app = web.Application()
    app.router.add_post("/", take)
    app.router.add_get("/told", tell)
    runner = web.AppRunner(app)
    await runner.setup()
    for port in range(first, first + count):
        await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(float(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
