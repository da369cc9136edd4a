"""What is done with events. The audit is a record: every type, known or not, has the same handler."""

from __future__ import annotations

from collections.abc import Mapping

from event_spine.consumer import Handler

from audit_service.projections.record import record

HANDLERS: Mapping[str, Handler] = {}
"""No type is treated apart; a type that is read differently one day stands here."""

DEFAULT: Handler = record
