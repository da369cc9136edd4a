"""Calling the services: their open health routes, and the operators' routes of their inner listeners."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from dapr_edge.invocation import calling
from dapr_edge.service_tokens import HEADER, ServiceTokens
from event_contracts.apps import APPS
from event_contracts.edges import Edge
from event_contracts.operators import OPERATOR
from opentelemetry import propagate

from todo_ops.errors import Misused, OperatorError, Unreached

HEALTH_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Services:
    """The first replica of each service, on this machine's ports (its own, or forwarded ones) shifted by `offset`."""

    offset: int
    tokens: ServiceTokens
    app_token: str
    client: httpx.Client

    @classmethod
    def with_keys(cls, folder: Path, offset: int) -> Services:
        """Return the services as whoever holds the keys in `folder`; APP_API_TOKEN of the environment goes first."""
        private, public = folder / f"service-{OPERATOR}.pem", folder / "service-keys.json"
        missing = [str(file) for file in (private, public) if not file.exists()]
        app_token = os.environ.get("APP_API_TOKEN") or _app_token(folder / "dapr.env")
        if missing or not app_token:
            lacks = ", ".join(missing) or "APP_API_TOKEN"
            raise Misused(f"These keys are missing: {lacks}. `make up` makes them; or name their folder with --keys.")
        tokens = ServiceTokens(OPERATOR, private, public)
        return cls(offset, tokens, app_token, httpx.Client(trust_env=False))

    def ask(
        self,
        edge: Edge,
        path: dict[str, Any] | None = None,
        query: dict[str, Any] | None = None,
        json: Any = None,
    ) -> dict[str, Any]:
        """Call an operators' route and return its answer. Raises Unreached, or OperatorError with what was refused."""
        headers = {"dapr-api-token": self.app_token, HEADER: self.tokens.mint(edge.callee, None)}
        port = APPS[edge.callee].at(self.offset).app_port
        try:
            with calling(edge) as told:
                propagate.inject(headers)
                answer = self.client.request(
                    edge.method,
                    f"http://127.0.0.1:{port}{edge.route.format(**(path or {}))}",
                    params=query,
                    json=json,
                    headers=headers,
                    timeout=edge.deadline_seconds,
                )
                told.append(answer.status_code)
        except httpx.HTTPError as error:
            raise Unreached(_no_answer(edge.callee, port, error)) from error
        if not answer.is_success:
            raise OperatorError(f"{edge.callee} refused ({answer.status_code}): {_said(answer)}")
        document: dict[str, Any] = answer.json()
        return document

    def health(self, app_id: str) -> dict[str, Any]:
        """Return an app's own word on its health. Raises Unreached."""
        port = APPS[app_id].at(self.offset).open_port
        try:
            document: Any = self.client.get(f"http://127.0.0.1:{port}/health/ready", timeout=HEALTH_SECONDS).json()
        except (httpx.HTTPError, ValueError) as error:
            raise Unreached(_no_answer(app_id, port, error)) from error
        return document if isinstance(document, dict) else {}

    def metrics(self, app_id: str, *, sidecar: bool = False) -> str:
        """Return the metrics page of an app, or of its sidecar. Raises Unreached."""
        app = APPS[app_id].at(self.offset)
        port, path = (app.sidecar.metrics, "/") if sidecar else (app.open_port, "/metrics")
        try:
            answer = self.client.get(f"http://127.0.0.1:{port}{path}", timeout=HEALTH_SECONDS).raise_for_status()
        except httpx.HTTPError as error:
            raise Unreached(_no_answer(f"the sidecar of {app_id}" if sidecar else app_id, port, error)) from error
        return answer.text


def _app_token(file: Path) -> str | None:
    lines = file.read_text().splitlines() if file.exists() else []
    found = [line.partition("=")[2] for line in lines if line.startswith("APP_API_TOKEN=")]
    return found[0] if found else None


def _no_answer(app_id: str, port: int | None, error: Exception) -> str:
    return f"{app_id} does not answer at 127.0.0.1:{port} ({type(error).__name__}). Does it run? See `make status`."


def _said(answer: httpx.Response) -> str:
    try:
        document: dict[str, Any] = answer.json()
        return f"{document['code']}. {document['title']}"
    except (ValueError, KeyError, TypeError):
        return answer.text[:300]
