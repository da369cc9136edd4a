"""`python -m todo_backend.openapi`: write backend/openapi.json, the contract of the REST surface, from the code."""

from __future__ import annotations

from pathlib import Path

import orjson
from service_kit.health import Health

from todo_backend.bootstrap import public_app

FILE = Path(__file__).parents[2] / "openapi.json"


def document() -> bytes:
    """Return the contract as it is committed."""
    contract = public_app(None, Health(), 1_000_000).openapi()
    return orjson.dumps(contract, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


if __name__ == "__main__":
    FILE.write_bytes(document())
