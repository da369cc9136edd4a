"""Dapr's own tokens: what came through the sidecar carries this app's APP_API_TOKEN."""

from __future__ import annotations

import hmac

from service_kit.problems import Problem, problem_response
from starlette.types import ASGIApp, Receive, Scope, Send

HEADER = b"dapr-api-token"
CALLER_HEADER = b"dapr-caller-app-id"
"""Set by daprd on a service invocation, absent on a delivery or a tick."""
INVOCABLE = ("/api/", "/internal/", "/.well-known/", "/mcp", "/health/")


class AppTokenRequired:
    """Refuses with 401 whatever does not carry the app token; only health routes are open.

    It proves "through the sidecar of this app", not which app called: that is what service tokens are for. Another
    app's sidecar can invoke any path, so deliveries and ticks refuse (403) what comes as an invocation.
    """

    def __init__(self, app: ASGIApp, app_api_token: str) -> None:
        self._app = app
        self._token = app_api_token.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http" and not scope["path"].startswith("/health/"):
            headers: dict[bytes, bytes] = dict(scope["headers"])
            shown = headers.get(HEADER, b"")
            if not hmac.compare_digest(shown, self._token):
                problem = Problem(401, "app_token_required", "This listener answers only to its sidecar.")
                await problem_response(problem, scope["path"])(scope, receive, send)
                return
            if CALLER_HEADER in headers and not scope["path"].startswith(INVOCABLE):
                problem = Problem(403, "not_invocable", "This route is for deliveries and ticks only.")
                await problem_response(problem, scope["path"])(scope, receive, send)
                return
        await self._app(scope, receive, send)
