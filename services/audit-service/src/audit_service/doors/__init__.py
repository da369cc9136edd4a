"""The doors of audit-service: deliveries, and what other services may ask."""

from __future__ import annotations
