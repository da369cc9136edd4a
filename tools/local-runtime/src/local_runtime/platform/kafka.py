"""The broker: one node that is its own controller, formatted once, its topics made before any sidecar starts."""

from __future__ import annotations

import base64
import os
import shutil
import signal
import subprocess
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from local_runtime import guard, topics
from local_runtime.errors import PartFailedError
from local_runtime.layout import CLONE

_JVM: Final = (
    "-Xms192m",
    "-Xmx384m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-Xshare:auto",
    "-Djava.awt.headless=true",
)
_LOGGING: Final = """status = error
appender.out.type = Console
appender.out.name = out
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = %d{ISO8601} %p %c{1} %m%n
rootLogger.level = WARN
rootLogger.appenderRef.out.ref = out
logger.start.name = kafka.server.KafkaRaftServer
logger.start.level = INFO
"""


@dataclass(frozen=True)
class Broker:
    """One Kafka in its folder, on two ports of 127.0.0.1."""

    folder: Path
    java: Path
    jars: Path
    port: int
    controller_port: int

    @property
    def address(self) -> str:
        """What clients connect to."""
        return f"127.0.0.1:{self.port}"

    def prepare(self) -> None:
        """Write the configuration, and format the data folder when there is none; data that is there is kept."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._properties.write_text(self._written(self._data))
        (self.folder / "log4j2.properties").write_text(_LOGGING)
        if (self._data / "meta.properties").exists():
            return
        # Beside its place, and moved there when it is whole: a half-formatted folder is one that no broker starts with.
        unfinished, its_own = self.folder / "data.unfinished", self.folder / "format.properties"
        shutil.rmtree(unfinished, ignore_errors=True)
        its_own.write_text(self._written(unfinished))
        cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        format_ = ["kafka.tools.StorageTool", "format", "--standalone", f"-t={cluster}", "-c", _said(its_own)]
        command = [*guard.guarding(signal.SIGKILL), *self._java(), *format_]
        environment = {**os.environ, **self.environment}
        ended = subprocess.run(command, cwd=CLONE, env=environment, capture_output=True, text=True, check=False)
        if ended.returncode != 0:
            raise PartFailedError(f"Kafka could not make its folder {self._data}: {ended.stderr.strip()[-600:]}")
        if self._data.exists():
            half_made = self.folder / "data.half-made"
            shutil.rmtree(half_made, ignore_errors=True)
            self._data.rename(half_made)
        unfinished.rename(self._data)

    def command(self) -> list[str]:
        """The command line of the broker."""
        return [*self._java(), "kafka.Kafka", _said(self._properties)]

    @property
    def environment(self) -> dict[str, str]:
        """Java reads its arguments in the terminal's encoding, and a folder may have any name."""
        return {"LC_ALL": "C.UTF-8"}

    def is_ready(self) -> bool:
        """Whether the broker answers for its metadata now."""
        try:
            AdminClient(topics.client_settings(self.address)).list_topics(timeout=1.0)
        except KafkaException:
            return False
        return True

    def make_topics(self) -> list[str]:
        """Make the topics that are absent and give each what the table says; return the names of the new ones.

        A missing topic silently stops all others of its component, so this comes before any sidecar.
        """
        return topics.make(self.address)

    def properties(self, data: Path) -> dict[str, str | int]:
        """The broker's settings: one node, small, quick to notice that it came back."""
        listeners = f"PLAINTEXT://127.0.0.1:{self.port},CONTROLLER://127.0.0.1:{self.controller_port}"
        return {
            "process.roles": "broker,controller",
            "node.id": 1,
            "controller.quorum.bootstrap.servers": f"127.0.0.1:{self.controller_port}",
            "listeners": listeners,
            "advertised.listeners": listeners,
            "controller.listener.names": "CONTROLLER",
            "inter.broker.listener.name": "PLAINTEXT",
            "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
            "log.dirs": _said(data),
            "auto.create.topics.enable": "false",
            "num.partitions": 3,
            "offsets.topic.replication.factor": 1,
            "offsets.topic.num.partitions": 8,
            "offsets.retention.minutes": 60 * 24 * 14,
            "transaction.state.log.replication.factor": 1,
            "transaction.state.log.min.isr": 1,
            "share.coordinator.state.topic.replication.factor": 1,
            "share.coordinator.state.topic.min.isr": 1,
            "group.initial.rebalance.delay.ms": 0,
            "broker.session.timeout.ms": 3000,
            "broker.heartbeat.interval.ms": 500,
            "log.cleaner.dedupe.buffer.size": 16 * 1024 * 1024,
            "num.network.threads": 2,
            "num.io.threads": 4,
        }

    def _written(self, data: Path) -> str:
        return "".join(f"{key}={value}\n" for key, value in self.properties(data).items())

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    @property
    def _properties(self) -> Path:
        return self.folder / "server.properties"

    def _java(self) -> list[str]:
        logging = f"-Dlog4j2.configurationFile={(self.folder / 'log4j2.properties').absolute().as_uri()}"
        return [str(self.java), *_JVM, logging, f"-Dkafka.logs.dir={self.folder}", "-cp", f"{self.jars}/*"]


def wait_ready(broker: Broker, deadline: float) -> bool:
    """Poll until the broker answers, at most `deadline` seconds."""
    give_up = time.monotonic() + deadline
    while time.monotonic() < give_up:
        if broker.is_ready():
            return True
        time.sleep(0.1)
    return False


def _said(path: Path) -> str:
    """A path from the clone's root, where the broker runs: its settings know no comma and no letter beyond ASCII."""
    return str(path.relative_to(CLONE)) if path.is_relative_to(CLONE) else str(path)
