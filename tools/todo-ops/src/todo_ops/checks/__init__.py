"""The checks of `todo-ops verify`: each looks at one promise through the services' doors.

A new check is a `Check` in the list that `every_check` returns.
"""

from __future__ import annotations

from todo_ops.checks import histories, ledgers, projections, seals, series
from todo_ops.checks.check import Check


def every_check() -> list[Check]:
    """Return all checks, in the order in which they are run."""
    return [*ledgers.checks(), seals.SEALED, histories.VERSIONS, histories.FOLDS, series.GO_ON, *projections.checks()]
