"""What audit-service does by itself, without being asked."""

from __future__ import annotations
