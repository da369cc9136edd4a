"""JSON logs on standard output: one object per line, with trace, correlation and user ids."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime

from opentelemetry import trace

from service_kit import context

_STANDARD = frozenset(logging.LogRecord("", 0, "", 0, "", (), None).__dict__) | {"message", "asctime", "taskName"}


def configure(app_id: str, level: str = "INFO", replica: int = 0) -> None:
    """Send the root logger's records to standard output as JSON; uvicorn's own access log is off."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonFormatter(app_id, replica))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.getLogger("uvicorn.access").disabled = True
    logging.getLogger("httpx").setLevel(logging.WARNING)
    logging.getLogger("httpcore").setLevel(logging.WARNING)
    logging.getLogger("urllib3").setLevel(logging.WARNING)  # the exporter of spans speaks by it each second


class JsonFormatter(logging.Formatter):
    """Formats a record; what is passed as `extra` becomes a field of the object."""

    def __init__(self, app_id: str, replica: int) -> None:
        super().__init__()
        self._base = {"app_id": app_id, "replica": replica}

    def format(self, record: logging.LogRecord) -> str:
        """Return one line of JSON; times are UTC, RFC 3339."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **self._base,
        }
        span = trace.get_current_span().get_span_context()
        if span.is_valid:
            line["trace_id"] = format(span.trace_id, "032x")
            line["span_id"] = format(span.span_id, "016x")
        if correlation := context.correlation_id.get():
            line["correlation_id"] = str(correlation)
        if user := context.user_id.get():
            line["user_id"] = str(user)
        line.update({k: v for k, v in record.__dict__.items() if k not in _STANDARD})
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str, ensure_ascii=False)
