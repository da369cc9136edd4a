"""openapi.json: generated from the routes, completed with what headers and refusals all of them share."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from todo_backend.doors.rest.replies import ProblemReply

_OPEN = ("/api/auth/", "/api/channels/", "/api/one-tap/", "/.well-known/")
_READING = ("/preview", "/parse", "/chat", "/tokens", "/tokens/{token_id}")
"""What takes no Idempotency-Key: it stores nothing, knows its own repeats, or answers a secret."""
_VERSIONED = ("{task_id}", "{series_id}", "{list_id}")
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "The same key with the same request gets the same answer for 24 hours.",
    "schema": {"type": "string", "maxLength": 255},
}
_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": "The ETag that was read; when it is stale, 412 and nothing changes.",
    "schema": {"type": "string"},
}
_RESUME = {
    "name": "Last-Event-ID",
    "in": "header",
    "required": False,
    "description": "The last frame's id; what came after it is sent first.",
    "schema": {"type": "string"},
}


def describe(app: FastAPI) -> None:
    """Make `app` answer with the completed contract."""

    def contract() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _completed(
                get_openapi(title=app.title, version=app.version, routes=app.routes, separate_input_output_schemas=True)
            )
        return app.openapi_schema

    app.openapi = contract


def _completed(document: dict[str, Any]) -> dict[str, Any]:
    components = document.setdefault("components", {})
    components["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
    schemas = components.setdefault("schemas", {})
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    schemas["Problem"] = ProblemReply.model_json_schema()
    problem = {
        "description": "A refusal (RFC 9457)",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            operation["responses"].pop("422", None)
            operation["responses"]["default"] = problem
            if path.startswith(_OPEN):
                continue
            operation["security"] = [{"bearer": []}]
            parameters = operation.setdefault("parameters", [])
            if method in ("post", "patch", "delete") and not path.endswith(_READING):
                parameters.append(_KEY)
            if path.endswith("{token_id}"):
                continue
            if method in ("patch", "delete") or (method == "post" and any(name in path for name in _VERSIONED)):
                parameters.append(_MATCH)
            if path.endswith("/updates"):
                parameters.append(_RESUME)
    return document
