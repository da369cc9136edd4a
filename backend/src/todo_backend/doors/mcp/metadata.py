"""What a client may know of `/mcp` without a token (RFC 9728): what it is called, and which scopes there are."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request

from todo_backend.accounts.tokens import SCOPES

PATH = "/mcp"
WELL_KNOWN = "/.well-known/oauth-protected-resource"

router = APIRouter(include_in_schema=False)


@router.get(WELL_KNOWN)
@router.get(f"{WELL_KNOWN}{PATH}")
async def protected_resource(request: Request) -> dict[str, Any]:
    """Describe the resource.

    No authorization server is named, since this platform has none that OAuth clients could ask: its tokens come from
    signing in, or are made by their person.
    """
    return {
        "resource": f"{_base(request)}{PATH}",
        "resource_name": "Todo platform",
        "scopes_supported": list(SCOPES),
        "bearer_methods_supported": ["header"],
        "jwks_uri": f"{_base(request)}/.well-known/jwks.json",
    }


def metadata_url(request: Request) -> str:
    """Return where the description of `/mcp` is, as its caller reaches it."""
    return f"{_base(request)}{WELL_KNOWN}{PATH}"


def _base(request: Request) -> str:
    return str(request.base_url).rstrip("/")
