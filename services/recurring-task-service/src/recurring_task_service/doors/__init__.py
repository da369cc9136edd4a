"""The doors of recurring-task-service: deliveries and the cron binding."""

from __future__ import annotations
