"""A small process with two listeners, for the tests."""

from __future__ import annotations

import asyncio
import sys

from fastapi import FastAPI
from service_kit import logs
from service_kit.listeners import serve

inner, outer = FastAPI(), FastAPI()


@inner.get("/slow")
@outer.get("/slow")
async def slow() -> str:
    print("in flight", flush=True)
    await asyncio.sleep(0.5)
    return "done"


if __name__ == "__main__":
    logs.configure("process")
    asyncio.run(serve(outer, "127.0.0.1", int(sys.argv[2]), inner, int(sys.argv[1])))
