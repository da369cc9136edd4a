"""The doors of recurring-task-service: deliveries; the cron binding is of `dapr_edge.bindings`."""

from __future__ import annotations
