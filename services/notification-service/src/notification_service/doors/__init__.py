"""The doors of notification-service: deliveries and the cron binding."""

from __future__ import annotations
