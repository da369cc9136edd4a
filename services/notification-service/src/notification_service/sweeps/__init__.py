"""What notification-service does by itself: reminders that come due, partitions of its ledger, forgetting."""

from __future__ import annotations
