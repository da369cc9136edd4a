"""What the processes of a real platform tell of themselves: spans, logs, metrics of every edge (`make telemetry`)."""

from __future__ import annotations
