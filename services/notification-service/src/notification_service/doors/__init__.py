"""The doors of notification-service: deliveries, the cron binding (`dapr_edge.bindings`) and other services."""

from __future__ import annotations
