"""The platform as one object: start it, ask it, kill parts of it, stop it. `make run` and the tests use the same."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

import httpx
from event_contracts.apps import APPS

from local_runtime.errors import LocalRuntimeError
from local_runtime.keys import SUPERUSER, Keys
from local_runtime.observe import specs as observing
from local_runtime.platform import failures, health, migrations, names
from local_runtime.platform.addresses import Addresses
from local_runtime.platform.kafka import Broker
from local_runtime.platform.ownership import Ownership, require_free
from local_runtime.platform.process import Spec
from local_runtime.platform.specs import FRONTEND, Specs, app_name, sidecar_name
from local_runtime.platform.stores import KAFKA, POSTGRES, start_broker, start_database
from local_runtime.platform.supervisor import State, Supervisor
from local_runtime.postgres import Cluster
from local_runtime.provision.everything import Parts, Report
from local_runtime.provision.prometheus import Observers
from local_runtime.render import files
from local_runtime.render.place import Place, app_ports

_START_SECONDS: Final = 180.0
_NAMED_SECONDS: Final = 5.0
_APPS_STOP_SECONDS: Final = 4.0
_STORES_STOP_SECONDS: Final = 3.5


class Platform(Addresses):
    """Everything at `place`: database, broker, and the apps named in `apps` with their sidecars.

    `report` is told what became ready and how many seconds that took; `page` is a program that serves the page in place
    of the built one; `observers` are the programs that scrape and alert beside it; `otlp_endpoint` is where apps and
    sidecars send their spans. `start` and `stop` belong to one thread; the other methods may be called from any.
    """

    def __init__(
        self,
        place: Place,
        parts: Parts,
        *,
        apps: Sequence[str] = tuple(APPS),
        report: Report | None = None,
        postgres_settings: dict[str, str] | None = None,
        otlp_endpoint: str | None = None,
        ownership: Ownership | None = None,
        page: Sequence[str] | None = None,
        observers: Observers | None = None,
    ) -> None:
        self.place = place
        self.keys = Keys(place.keys_folder)
        self.apps = tuple(app for app in apps if app != FRONTEND or parts.frontend is not None)
        self.specs = Specs(place, self.keys, parts, page, otlp_endpoint)
        self.broker = Broker(
            place.folder / "kafka", parts.java, parts.kafka_jars, place.kafka_port, place.kafka_controller_port
        )
        self._report = report or _say_nothing
        self._postgres_settings = postgres_settings or {}
        self._otlp_endpoint = otlp_endpoint
        self._observers = observers
        self._ownership = ownership or Ownership(place.folder)
        self._supervisor: Supervisor | None = None
        self._originals: dict[str, Spec] = {}
        self._phase = "starting"
        self._publishing = threading.Lock()
        self._client = _client()

    def start(self) -> None:
        """Bring everything up and wait until it is healthy. Raises a LocalRuntimeError that says what is not."""
        began, since = time.monotonic(), time.time()
        self.start_infrastructure()
        relay_started = datetime.now(UTC)
        self._supervise().start(*(self.specs.app(app) for app in self.apps))
        self._supervise().start(*(self.specs.sidecar(app) for app in self.apps))
        self._wait_each([app_name(app) for app in self.apps], [sidecar_name(app) for app in self.apps], began)
        self._wait_named(since)
        self._timed("a probe through relay and broker to every consumer", lambda: self.wait_probed(relay_started))
        if self._observers is not None:
            self.observe(self._observers)
        self.announce("healthy")

    def start_infrastructure(self) -> None:
        """Database with roles, schemas and migrations; broker with topics; keys and rendered files. No apps."""
        self._ownership.take()
        self._client = _client()
        require_free({port: owner for port, owner in self.place.ports().items() if self._is_ours(owner)})
        self._supervisor = Supervisor(self._publish)
        self.keys.make_all(self.place.postgres_port)
        files.write(self.place, self.place.dapr_folder, self._otlp_endpoint)
        names.prepare(self.place.names_file)
        for log in self.place.logs_folder.glob("*.log"):
            log.unlink()  # each start begins with empty logs; the launcher's own is written by whoever started it
        self._supervisor.start(self.specs.mail_catcher())
        with ThreadPoolExecutor(max_workers=2, thread_name_prefix="start") as pool:
            broker = pool.submit(self._timed, "Kafka and its topics", self._start_broker)
            store = pool.submit(self._timed, "PostgreSQL, roles and schemas", self._start_database)
            for started in (store, broker):
                started.result()

    def stop(self) -> None:
        """End every process: apps and sidecars first, then broker and database. Data stays."""
        self._phase = "stopping"
        if self._supervisor is not None:
            stores = (POSTGRES, KAFKA)
            self._supervisor.stop([n for n in self._supervisor.states() if n not in stores], _APPS_STOP_SECONDS)
            self._supervisor.stop([n for n in self._supervisor.states() if n in stores], _STORES_STOP_SECONDS)
            self._supervisor.close()
            self._supervisor = None
        self._client.close()
        self._ownership.release()

    def announce(self, phase: str) -> None:
        """Tell `status` how far this is; "ready" is for whoever starts it to say, once people can use it."""
        self._phase = phase
        self._publish()

    def states(self) -> dict[str, State]:
        """Every process by name: `postgres`, `kafka`, app-ids, `<app-id>-daprd`, replicas `<app-id>-1` and so on."""
        return self._supervise().states()

    def kill(self, name: str, number: signal.Signals = signal.SIGKILL, *, restart: bool = True) -> None:
        """Send a signal to a process. What ends is started again, unless restart=False: then by `revive`."""
        self._supervise().kill(name, number, restart=restart)

    def revive(self, name: str, **environment: str) -> None:
        """Start a process that was killed with restart=False; settings that are named stay until it is revived again.

        Without any it starts as it would have at first.
        """
        spec = self.states()[name].spec
        original = self._originals.setdefault(name, spec)
        self._supervise().start(replace(original, env={**original.env, **environment}))

    def restart(self, names: Iterable[str]) -> None:
        """End processes as a shutdown does, and start them at once."""
        specs = [self.states()[name].spec for name in names]
        self._supervise().stop([spec.name for spec in specs], _APPS_STOP_SECONDS)
        self._supervise().start(*specs)

    def migrate(self) -> None:
        """Bring the schemas up to date, where a migration has changed since the last time."""
        schemas = {APPS[app].schema for app in self.apps} - {None}
        stamps = self._cluster().data.with_name("migrated.json")
        migrations.migrate_all(self.owner_url, stamps, [schema for schema in migrations.PACKAGES if schema in schemas])

    def start_replica(self, app_id: str, replica: int = 1, deadline: float = 60.0) -> None:
        """Start one more of an app with its sidecar on ports of its own (replica 1, 2 or 3), and wait until healthy."""
        require_free(app_ports(self.place.app(app_id, replica)))
        specs = [self.specs.app(app_id, replica), self.specs.sidecar(app_id, replica)]
        self._supervise().start(*specs)
        self.wait_healthy([spec.name for spec in specs], deadline)

    def stop_replica(self, app_id: str, replica: int = 1) -> None:
        """End a replica that `start_replica` started."""
        names = [app_name(app_id, replica), sidecar_name(app_id, replica)]
        self._supervise().stop(names, _APPS_STOP_SECONDS)
        self._supervise().forget(names)

    def observe(self, observers: Observers) -> None:
        """Start Prometheus and Alertmanager beside what runs, and wait until both answer."""
        require_free(self.place.observing_ports())
        observing.write(self.place, quick=observers.quick)
        specs = observing.specs(self.place, observers, self.superuser_url)

        def start() -> None:
            self._supervise().start(*specs)
            self.wait_healthy([spec.name for spec in specs])

        self._timed("Prometheus and Alertmanager", start)

    def wait_healthy(self, names: Iterable[str] | None = None, deadline: float = _START_SECONDS) -> None:
        """Wait until these processes (all, when none are named) answer as healthy."""
        waiting = set(names if names is not None else self.states())
        why: dict[str, str] = {}
        give_up = time.monotonic() + deadline
        while waiting:
            for name in sorted(waiting):
                healthy, why[name] = self.is_healthy(name)
                if healthy:
                    waiting.discard(name)
            if waiting and time.monotonic() > give_up:
                raise failures.not_healthy({name: why[name] for name in sorted(waiting)}, self.states())
            if waiting:
                time.sleep(0.05)

    def is_healthy(self, name: str) -> tuple[bool, str]:
        """Whether a process runs and answers, and why not."""
        state = self.states()[name]
        if state.pid is None:
            return False, f"it ended with {state.exit_code}" if state.exit_code is not None else "it does not run"
        if name == POSTGRES:
            return self._cluster().is_ready(), "no answer"
        if name == KAFKA:
            return self.broker.is_ready(), "no answer"
        return health.answers(self._client, state.spec.health) if state.spec.health else (True, "")

    def wait_probed(self, younger_than: datetime, deadline: float = 60.0) -> None:
        """Wait until every consumer has seen, on each of its topics, a probe that was written after that moment."""
        expected = health.probed_topics(self.apps)
        give_up = time.monotonic() + deadline
        while expected:
            for app, topics in list(expected.items()):
                address = f"{self.url(app)}/health/ready"
                expected[app] = health.unseen_probes(self._client, address, topics, younger_than)
                if not expected[app]:
                    del expected[app]
            if expected and time.monotonic() > give_up:
                raise failures.no_probe(expected, deadline, self.place.logs_folder)
            if expected:
                time.sleep(0.05)

    def _wait_named(self, since: float) -> None:
        """Wait until each sidecar is known to the others; one that is not has given up, and is started anew once."""
        for patience in (_NAMED_SECONDS, _START_SECONDS):
            give_up = time.monotonic() + patience
            while missing := names.unknown(self.place.names_file, self.apps, since):
                if time.monotonic() > give_up:
                    break
                time.sleep(0.05)
            else:
                return
            self.restart([sidecar_name(app) for app in sorted(missing)])
        raise failures.not_named(missing, self.place.logs_folder)

    def _start_broker(self) -> None:
        start_broker(self.broker, self._supervise(), self.place.logs_folder)

    def _start_database(self) -> None:
        start_database(self._cluster(), self._supervise(), self.place.logs_folder, self.keys.passwords)
        self.migrate()

    def _cluster(self) -> Cluster:
        data = self.place.folder / "postgres" / "data"
        return Cluster(data, self.place.postgres_port, self.keys.passwords[SUPERUSER], self._postgres_settings)

    def _is_ours(self, owner: str) -> bool:
        app = owner.removeprefix("the sidecar of ")
        return app not in APPS or app in self.apps

    def _wait_each(self, apps: list[str], sidecars: list[str], began: float) -> None:
        """Report each app as soon as it is healthy; then the sidecars in one line."""
        give_up = time.monotonic() + _START_SECONDS
        waiting = dict.fromkeys(apps)
        why: dict[str, str] = {}
        while waiting:
            for name in list(waiting):
                healthy, why[name] = self.is_healthy(name)
                if healthy:
                    del waiting[name]
                    self._report(name, time.monotonic() - began)
            if waiting and time.monotonic() > give_up:
                raise failures.not_healthy({name: why[name] for name in sorted(waiting)}, self.states())
            time.sleep(0.05)
        self.wait_healthy(sidecars, max(5.0, give_up - time.monotonic()))
        self._report("sidecars", time.monotonic() - began)

    def _timed(self, what: str, act: Callable[[], None]) -> None:
        began = time.monotonic()
        act()
        self._report(what, time.monotonic() - began)

    def _supervise(self) -> Supervisor:
        if self._supervisor is None:
            raise LocalRuntimeError("The platform is not running.")
        return self._supervisor

    def _publish(self) -> None:
        """Tell `status` what runs; called by the supervisor whenever that changes."""
        supervisor = self._supervisor
        if supervisor is None or self._phase == "stopped":
            return
        processes = [state.told() for state in supervisor.states().values()]
        with self._publishing:
            state = {"phase": self._phase, "offset": self.place.offset, "processes": processes}
            self._ownership.publish(state)


def _say_nothing(_what: str, _seconds: float) -> None:
    """Report to nobody."""


def _client() -> httpx.Client:
    return httpx.Client(timeout=3.0, trust_env=False)
