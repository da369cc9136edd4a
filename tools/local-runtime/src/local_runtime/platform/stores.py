"""Starting the database and the broker, which everything else waits for."""

from __future__ import annotations

import signal
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from local_runtime import database
from local_runtime.errors import PartFailedError
from local_runtime.platform.kafka import Broker, wait_ready
from local_runtime.platform.process import Spec, last_lines
from local_runtime.platform.supervisor import Supervisor
from local_runtime.postgres import Cluster

POSTGRES: Final = "postgres"
KAFKA: Final = "kafka"
_BROKER_SECONDS: Final = 90.0
_DATABASE_SECONDS: Final = 60.0


def start_broker(broker: Broker, supervisor: Supervisor, logs: Path) -> None:
    """Start it, wait until it answers, and make the topics. Raises a PartFailedError with the last lines of its log."""
    broker.prepare()
    log = logs / "kafka.log"
    supervisor.start(Spec(KAFKA, broker.command(), log, broker.environment, ports={"clients": broker.port}))
    if not wait_ready(broker, _BROKER_SECONDS):
        raise PartFailedError(f"Kafka did not start on port {broker.port}:\n{last_lines(log)}")
    broker.make_topics()


def start_database(cluster: Cluster, supervisor: Supervisor, logs: Path, passwords: Mapping[str, str]) -> None:
    """Start it, wait until it answers, and make roles and schemas. Raises a PartFailedError as `start_broker` does."""
    cluster.initialise()
    log = logs / "postgres.log"
    ports = {"clients": cluster.port}
    supervisor.start(Spec(POSTGRES, cluster.command(), log, stop_signal=signal.SIGINT, ports=ports, guarded=False))
    give_up = time.monotonic() + _DATABASE_SECONDS
    while not cluster.is_ready():
        if time.monotonic() > give_up:
            raise PartFailedError(f"PostgreSQL did not start on port {cluster.port}:\n{last_lines(log)}")
        time.sleep(0.05)
    database.prepare(cluster.superuser_url, passwords)
