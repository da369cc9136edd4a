"""A broker, sidecars with the platform's own files, and small apps in this process that note what reaches them."""

from __future__ import annotations

import asyncio
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import uvicorn
import yaml
from dapr_edge.broadcast import subscribe_broadcasts
from dapr_edge.publisher import HttpBulkPublisher
from dapr_edge.subscriptions import BulkDeliveries
from event_contracts.identifiers import uuid7
from event_contracts.topics import BROADCAST, PUBSUB
from event_spine.errors import Transient
from event_spine.outgoing import Outgoing, cut_bulks
from event_spine.records import Record
from fastapi import FastAPI
from local_runtime import layout
from local_runtime.keys import Keys
from local_runtime.platform.kafka import Broker, wait_ready
from local_runtime.platform.process import Spec
from local_runtime.platform.specs import Specs
from local_runtime.platform.supervisor import Supervisor
from local_runtime.provision import brokers
from local_runtime.provision.cache import Cache
from local_runtime.provision.everything import provide
from local_runtime.render import components, files
from local_runtime.render.place import Place
from service_kit.listeners import Listener

from tests.people import eventually

TOPIC, HINTS = "task-events", "task-updates"
PUBLISHER, CONSUMER, LISTENER = "todo-relay", "audit-service", "todo-backend"


@dataclass
class Noting:
    """What settles batches here; `refuse` says how many of the next calls fail for a cause that passes."""

    records: list[Record] = field(default_factory=list[Record])
    refuse: int = 0
    refused: int = 0

    async def handle(self, records: list[Record]) -> None:
        if self.refuse:
            self.refuse -= 1
            self.refused += 1
            raise Transient("the store is away")
        self.records += records

    def of(self, mark: str) -> list[bytes]:
        """The bodies that carry the mark, in the order of their coming."""
        return [record.body for record in self.records if mark.encode() in record.body]


@dataclass
class Stage:
    """One broker with everything around it."""

    broker: str
    place: Place
    keys: Keys
    specs: Specs
    supervisor: Supervisor
    noting: Noting
    hints: list[list[Any]]

    def publish(self, bodies: list[tuple[str, bytes]], topic: str = TOPIC) -> None:
        """Publish (key, body) pairs as the relay does."""
        events = [Outgoing(n, uuid7(), topic, key, body, None, None) for n, (key, body) in enumerate(bodies)]

        async def send() -> None:
            publisher = HttpBulkPublisher(
                self.place.app(PUBLISHER).sidecar.http, self.keys.dapr_tokens["DAPR_API_TOKEN"]
            )
            try:
                for bulk in cut_bulks(events):
                    assert list(await publisher.publish(topic, bulk)) == []
            finally:
                await publisher.close()

        asyncio.run(send())

    def sidecar(self, app_id: str, replica: int = 0) -> None:
        """Start a sidecar and wait until it says that it is healthy."""
        spec = self.specs.sidecar(app_id, replica)
        self.supervisor.start(spec)
        eventually(lambda: _healthy(spec), 60, f"{spec.name} of {self.broker}")

    def regroup(self, consumer_id: str) -> None:
        """Start the consumer's sidecar as another group."""
        self.supervisor.stop([self.specs.sidecar(CONSUMER).name], 5)
        write_components(self.place, self.broker, consumer_id)
        self.sidecar(CONSUMER)


def write_components(place: Place, broker: str, consumer_id: str | None = None) -> None:
    """Write the platform's files, and where the broker is another one its two component files."""
    files.write(place, place.dapr_folder)
    folder = place.dapr_folder / "components"
    for other in folder.glob("*.yaml"):
        if not other.name.startswith("pubsub-"):
            other.unlink()
    for name, rendered in (
        ("pubsub-kafka.yaml", components.kafka_pubsub(place)),
        ("pubsub-kafka-broadcast.yaml", components.kafka_broadcast(place)),
    ):
        document = _ON.get(broker, _on_kafka)(rendered, place)
        if consumer_id and document["metadata"]["name"] == PUBSUB:
            document["spec"]["metadata"].append({"name": "consumerID", "value": consumer_id})
        (folder / name).write_text(yaml.safe_dump(document, sort_keys=False))


def _on_kafka(document: dict[str, Any], _place: Place) -> dict[str, Any]:
    return document


def _on_redis(document: dict[str, Any], place: Place) -> dict[str, Any]:
    own = {"redisHost": f"127.0.0.1:{place.kafka_port}", "concurrency": "1", "queueDepth": "200",
           "processingTimeout": "2s", "redeliverInterval": "1s"}  # fmt: skip
    return _on_another("pubsub.redis", document, own)


def _on_rabbitmq(document: dict[str, Any], place: Place) -> dict[str, Any]:
    """Everything that keeps order and loses nothing: one at a time, confirmed, kept on disk, put back when refused.

    Both components name the same exchanges, which must then be alike: those of hints stay, too, when nobody listens.
    """
    own = {"connectionString": f"amqp://guest:guest@127.0.0.1:{place.kafka_port}", "durable": "true",
           "deletedWhenUnused": "false", "requeueInFailure": "true", "deliveryMode": "2",
           "prefetchCount": "1", "publisherConfirm": "true", "concurrency": "single"}  # fmt: skip
    return _on_another("pubsub.rabbitmq", document, own)


def _on_another(kind: str, document: dict[str, Any], own: dict[str, str]) -> dict[str, Any]:
    scopes = ("allowedTopics", "protectedTopics", "publishingScopes", "subscriptionScopes")
    kept = [one for one in document["spec"]["metadata"] if one["name"] in scopes]
    if document["metadata"]["name"] == BROADCAST:
        own["consumerID"] = "{uuid}"
    kept += [{"name": name, "value": value} for name, value in own.items()]
    return document | {"spec": document["spec"] | {"type": kind, "metadata": kept}}


_ON = {"redis": _on_redis, "rabbitmq": _on_rabbitmq}


@contextmanager
def staged(broker: str, offset: int) -> Iterator[Stage]:
    """The stage of one broker; all of it ends with the block."""
    place = Place(offset, layout.RUN / f"test-{broker}")
    shutil.rmtree(place.folder, ignore_errors=True)
    keys = Keys(place.keys_folder)
    keys.make_all(place.postgres_port)
    cache = Cache(layout.cache_folder())
    parts = replace(provide(lambda _what, _seconds: None, with_frontend=False), daprd=brokers.daprd(cache))
    supervisor = Supervisor()
    with ExitStack() as stack:
        stack.callback(supervisor.close)
        stack.callback(lambda: supervisor.stop(list(supervisor.states()), 5))
        _start_broker(broker, place, parts.java, parts.kafka_jars, cache, supervisor)
        write_components(place, broker)
        stage = Stage(broker, place, keys, Specs(place, keys, parts), supervisor, Noting(), [[], []])
        deliveries = FastAPI()
        stack.enter_context(served(BulkDeliveries(deliveries, stage.noting), place.app(CONSUMER).app_port))
        for replica in (0, 1):
            app = FastAPI()
            subscribe_broadcasts(app, {HINTS: _noted(stage.hints[replica])})
            stack.enter_context(served(app, place.app(LISTENER, replica).app_port))
        for app_id in (PUBLISHER, CONSUMER, LISTENER):
            stage.sidecar(app_id)
        yield stage


@contextmanager
def served(app: Any, port: int | None) -> Iterator[None]:
    """Serve an ASGI app on a port of this machine, in a thread."""
    server = Listener(uvicorn.Config(app, host="127.0.0.1", port=port or 0, log_config=None, lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    eventually(lambda: server.started)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(10)


def _noted(into: list[Any]) -> Callable[[dict[str, Any]], Any]:
    async def note(document: dict[str, Any]) -> None:
        into.append(document)

    return note


def _start_broker(broker: str, place: Place, java: Path, jars: Path, cache: Cache, supervisor: Supervisor) -> None:
    log = place.logs_folder / f"{broker}.log"
    if broker == "kafka":
        kafka = Broker(place.folder / "kafka", java, jars, place.kafka_port, place.kafka_controller_port)
        kafka.prepare()
        supervisor.start(Spec("kafka", kafka.command(), log, kafka.environment))
        assert wait_ready(kafka, 90)
        kafka.make_topics()
        return
    if broker == "rabbitmq":
        _start_rabbitmq(place, cache, supervisor)
        return
    program, environment = brokers.redis(cache)
    data = place.folder / "redis"
    data.mkdir(parents=True)
    command = [str(program), "--port", str(place.kafka_port), "--bind", "127.0.0.1", "--dir", str(data)]
    supervisor.start(Spec("redis", [*command, "--appendonly", "yes", "--save", ""], log, environment))
    eventually(lambda: "Ready to accept connections" in (log.read_text() if log.exists() else ""), 20, "redis")


def _start_rabbitmq(place: Place, cache: Cache, supervisor: Supervisor) -> None:
    server, mapper, environment = brokers.rabbitmq(cache)
    data, log = place.folder / "rabbitmq", place.logs_folder / "rabbitmq.log"
    data.mkdir(parents=True)
    port, mapping = str(place.kafka_port), str(place.kafka_controller_port)
    environment |= {
        "HOME": str(data), "RABBITMQ_NODENAME": "todo@localhost", "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODE_PORT": port, "RABBITMQ_DIST_PORT": str(place.postgres_port), "ERL_EPMD_PORT": mapping,
        "ERL_EPMD_ADDRESS": "127.0.0.1", "RABBITMQ_MNESIA_BASE": str(data / "mnesia"), "RABBITMQ_LOGS": "-",
        "RABBITMQ_LOG_BASE": str(data), "RABBITMQ_ENABLED_PLUGINS_FILE": str(data / "plugins"),
        "RABBITMQ_CONFIG_FILE": str(data / "rabbitmq"), "RABBITMQ_CONF_ENV_FILE": str(data / "environment"),
        "RABBITMQ_PID_FILE": str(data / "pid"),
    }  # fmt: skip
    supervisor.start(Spec("rabbitmq-mapper", [str(mapper), "-port", mapping], log, environment))
    supervisor.start(Spec("rabbitmq", ["/bin/sh", str(server)], log, environment))
    eventually(lambda: "Server startup complete" in (log.read_text() if log.exists() else ""), 60, "rabbitmq")


def _healthy(spec: Spec) -> bool:
    try:
        return httpx.get(str(spec.health), timeout=2).is_success
    except httpx.HTTPError:
        return False
