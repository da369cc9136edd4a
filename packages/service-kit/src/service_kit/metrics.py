"""The `/metrics` route: the process's default Prometheus registry."""

from __future__ import annotations

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, Histogram, generate_latest

REQUEST_SECONDS = Histogram(
    "http_server_request_duration_seconds",
    "Duration of HTTP requests by route template",
    ["http_request_method", "http_route", "http_response_status_code", "listener"],
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10),
)


def metrics_router() -> APIRouter:
    """Return `/metrics` in the Prometheus text format."""
    router = APIRouter(include_in_schema=False)

    @router.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return router
