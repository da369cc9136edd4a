"""The `/metrics` route: the process's default Prometheus registry, with exemplars where OpenMetrics is asked for."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from opentelemetry import trace
from prometheus_client import REGISTRY, Gauge, Histogram
from prometheus_client.exposition import choose_encoder

from service_kit.health import Health

REQUEST_SECONDS = Histogram(
    "http_server_request_duration_seconds",
    "Duration of HTTP requests by route template",
    ["http_request_method", "http_route", "http_response_status_code", "listener"],
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10),
)
CALL_SECONDS = Histogram(
    "http_client_request_duration_seconds",
    "Duration of calls of another app, by the route template of the edge; status `none`: nothing usable came back",
    ["http_request_method", "url_template", "server_address", "http_response_status_code"],
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10),
)
CHECKS = Gauge("app_check_ok", "1 while what readiness asks for answers: database, sidecar", ["check"])
_PLAIN = "text/plain"


def metrics_router(health: Health) -> APIRouter:
    """Return `/metrics`, in the format that is asked for: Prometheus text or OpenMetrics. It asks the checks anew."""
    router = APIRouter(include_in_schema=False)

    @router.get("/metrics")
    async def metrics(request: Request) -> Response:
        for name, answer in (await health.ask()).items():
            CHECKS.labels(name).set(answer == "ok")
        encode, kind = choose_encoder(request.headers.get("accept", _PLAIN))
        return Response(encode(REGISTRY), media_type=kind)

    return router


def exemplar() -> dict[str, str] | None:
    """Return the labels that lead from a measurement to the current trace; None outside of any."""
    found = trace.get_current_span().get_span_context()
    return {"trace_id": format(found.trace_id, "032x")} if found.is_valid else None
