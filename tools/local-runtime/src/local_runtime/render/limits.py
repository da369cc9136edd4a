"""What each container may take. Production's add up to a budget, and a test adds them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

BUDGET_CPUS: Final = 2.0
BUDGET_MEBIBYTES: Final = 4096


@dataclass(frozen=True)
class Limit:
    """Memory, processes and threads, and cores (0: as many as there are) of one container."""

    mebibytes: int
    processes: int
    cpus: float = 0.0


COMPOSE: Final = {
    "postgres": Limit(768, 200),
    "kafka": Limit(1024, 400),
    "prometheus": Limit(512, 100),
    "once": Limit(256, 64),
    "todo-frontend": Limit(512, 64),
    "todo-backend": Limit(512, 64),
    "todo-relay": Limit(256, 64),
    "recurring-task-service": Limit(256, 64),
    "notification-service": Limit(256, 64),
    "audit-service": Limit(256, 64),
    "daprd": Limit(160, 64),
}
"""For a machine that also does other things: room for peaks."""

PRODUCTION: Final = {
    "postgres": Limit(512, 200, 0.36),
    "kafka": Limit(1024, 200, 0.40),
    "todo-frontend": Limit(320, 64, 0.14),
    "todo-backend": Limit(320, 64, 0.30),
    "todo-relay": Limit(160, 64, 0.08),
    "recurring-task-service": Limit(160, 64, 0.08),
    "notification-service": Limit(192, 64, 0.08),
    "audit-service": Limit(160, 64, 0.08),
    "daprd": Limit(112, 64, 0.04),
}
"""For the service's replicas and for every sidecar the same. What ends before the apps start is not in the sum."""
