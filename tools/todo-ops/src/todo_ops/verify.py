"""`todo-ops verify`: run every check, say "holds" or name the first violation of each."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from todo_ops.checks import every_check
from todo_ops.checks.check import Check, Finding, Terms
from todo_ops.errors import FINE, WRONG
from todo_ops.ledgers import Span
from todo_ops.services import Services
from todo_ops.terminal import harmless, say, say_json, table

AGAIN_SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True)
class Patience:
    """What is younger than `grace_seconds` is not looked at; a violation counts once it has lasted `last_seconds`."""

    grace_seconds: float
    last_seconds: float


def verify(services: Services, span: Span, patience: Patience, only: Sequence[str], *, as_json: bool) -> int:
    """Run the checks (those whose names begin with one of `only`, where any is named); 1 on a violation."""
    chosen = [c for c in every_check() if not only or any(c.name.startswith(name) for name in only)]
    found = [(check, _run(check, services, span, patience)) for check in chosen]
    wrong = [(check, finding) for check, finding in found if finding.violation is not None]
    if as_json:
        say_json(
            {
                "holds": not wrong,
                "checks": [
                    {"name": c.name, "promise": c.promise, "looked_at": f.looked_at, "unit": c.unit,
                     "violation": f.violation}
                    for c, f in found
                ],
            }
        )  # fmt: skip
    else:
        rows = [(c.name, f"{f.looked_at} {c.unit}", "holds" if f.violation is None else "VIOLATED", c.promise)
                for c, f in found]  # fmt: skip
        say(table(("CHECK", "LOOKED AT", "", "PROMISE"), rows) + "\n")
        for check, finding in wrong:
            say(f"! {check.name}: {harmless(finding.violation or '')}")
        if not wrong:
            say("It holds.")
    return WRONG if wrong else FINE


def _run(check: Check, services: Services, span: Span, patience: Patience) -> Finding:
    """Look again for some seconds at what seems wrong: it may be under way."""
    give_up = time.monotonic() + patience.last_seconds
    while True:
        finding = check.look(services, Terms(span, patience.grace_seconds, datetime.now(UTC)))
        if finding.violation is None or time.monotonic() > give_up:
            return finding
        time.sleep(AGAIN_SECONDS)
