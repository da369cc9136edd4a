"""`python -m tests.telemetry.every_door KEYS OFFSET`: ask each door of operators once, as `todo-ops` would.

What it asks is mostly refused (nothing is named in it), which is an answer, too. For a platform that is thrown away.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from uuid import uuid4

from event_contracts.operators import OPERATOR, OPERATOR_EDGES
from service_kit import telemetry
from todo_ops.errors import OperatorError
from todo_ops.services import Services


def main(keys: str, offset: str) -> None:
    """Ask them one after another; print what each said."""
    telemetry.configure(OPERATOR)
    services = Services.with_keys(Path(keys), int(offset))
    for edge in OPERATOR_EDGES:
        given = {name: "tasks" if name == "kind" else "1" for name in re.findall(r"{(\w+)}", edge.route)}
        try:
            said = str(services.ask(edge, given, json=None if edge.method == "GET" else {"nothing": str(uuid4())}))
        except OperatorError as refused:
            said = str(refused)
        print(edge.callee, edge.method, edge.route, said[:200])
    telemetry.shutdown()


if __name__ == "__main__":
    main(*sys.argv[1:])
