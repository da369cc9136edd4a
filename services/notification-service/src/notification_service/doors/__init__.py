"""The doors of notification-service: deliveries, the cron binding and other services."""

from __future__ import annotations
