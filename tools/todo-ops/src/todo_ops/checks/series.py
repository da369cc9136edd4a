"""I2: each active series goes on, once."""

from __future__ import annotations

from typing import Any

from event_contracts.operators import CHECK_SERIES

from todo_ops.checks.check import Check, Finding, Terms
from todo_ops.services import Services


def go_on(services: Services, terms: Terms) -> Finding:
    """Look at every series that nobody has touched for a while."""
    looked_at = 0
    place: dict[str, Any] | None = {}
    while place is not None:
        told = services.ask(CHECK_SERIES, query={"grace": terms.grace_seconds, **place})
        looked_at += told["looked_at"]
        wrong = told["wrong"]
        if wrong is not None:
            return Finding(looked_at, f"series {wrong['series_id']} ({wrong['trigger']}) has {wrong['open']} open"
                                      f" occurrences, {wrong['without_successor']} done ones without a successor and"
                                      f" {wrong['twice']} dates twice")  # fmt: skip
        place = told["next"]
    return Finding(looked_at)


GO_ON = Check("I2 series", "each active series has its open occurrence, each completion one successor", "series", go_on)
