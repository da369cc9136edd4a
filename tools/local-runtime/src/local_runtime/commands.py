"""The commands behind the Makefile: run, dev, up, down, status, infra, dapr-cli, render, exec."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

import httpx
from event_contracts.apps import APPS

from local_runtime import demo, dev, layout, terminal
from local_runtime.containers import given
from local_runtime.errors import LocalRuntimeError, PartFailedError, PortTakenError
from local_runtime.keys import Keys
from local_runtime.platform import Platform
from local_runtime.platform.health import answers
from local_runtime.platform.ownership import Ownership, owner, read_state, require_free
from local_runtime.platform.specs import FRONTEND, Specs
from local_runtime.provision import dapr_cli as cli
from local_runtime.provision import prometheus
from local_runtime.provision.cache import Cache
from local_runtime.provision.everything import Parts, provide
from local_runtime.provision.prometheus import Observers
from local_runtime.render import files
from local_runtime.render.place import Place
from local_runtime.surroundings import SurroundingsError, lost_passwords, require_room

_ENDING_SECONDS = 20.0


def run(
    place: Place,
    *,
    apps: Sequence[str] = tuple(APPS),
    detached: bool = False,
    reloading: bool = False,
    observed: bool = False,
) -> int:
    """Everything, or only the named apps, in the foreground until Ctrl-C or SIGTERM; `reloading`: see `dev`.

    `observed`: with Prometheus and Alertmanager, which are built when they are absent.
    """
    began = time.monotonic()
    claim = take(place, observed=observed)
    asked_to_end = _interruptible()
    platform: Platform | None = None
    try:
        page: Sequence[str] | None = None
        if reloading:
            parts, page = dev.parts_for_dev(place, apps)
        else:
            parts = provide(terminal.report, with_frontend=FRONTEND in apps)
        observers = _observers() if observed else None
        endpoint = os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT")
        platform = Platform(
            place,
            parts,
            apps=apps,
            report=terminal.report,
            otlp_endpoint=endpoint,
            ownership=claim,
            page=page,
            observers=observers,
        )
        platform.start()
        demo.seed(platform)
        terminal.say(_welcome(platform, time.monotonic() - began, detached=detached, observed=observed))
        platform.announce("ready")
        if reloading:
            terminal.say("Save a Python file and the apps that import it start anew; the page reloads by itself.")
            dev.reload_until(asked_to_end, platform)
        asked_to_end.wait()
    except KeyboardInterrupt:
        pass
    finally:
        if platform is not None:
            _end(platform)
    return 0


def infra(place: Place) -> int:
    """Database and broker only, migrated and with topics, for people who start the apps themselves."""
    claim = take(place)
    asked_to_end = _interruptible()
    platform: Platform | None = None
    try:
        platform = Platform(place, provide(terminal.report), report=terminal.report, ownership=claim)
        platform.start_infrastructure()
        platform.announce("ready")
        terminal.say(
            "\nDatabase and broker are ready. In another terminal, with any Dapr CLI or that of `make dapr-cli`:\n"
            f"  {run_with('dapr', place)}\n"
            "Ctrl-C here stops both; data stays."
        )
        asked_to_end.wait()
    except KeyboardInterrupt:
        pass
    finally:
        if platform is not None:
            _end(platform)
    return 0


def dapr_cli(place: Place) -> int:
    """Build the pinned Dapr CLI when it is absent, and say how it runs the apps of the place."""
    cache = Cache(layout.cache_folder())
    began = time.monotonic()
    if not cli.is_built(cache):
        terminal.say("Building the Dapr CLI, once: about three minutes.")
    command = run_with(f"DAPR_RUNTIME_PATH={cli.runtime_path(cache)} {cli.dapr_cli(cache)}", place)
    terminal.report(f"Dapr CLI {cli.CLI_VERSION}", time.monotonic() - began)
    offset = f" OFFSET={place.offset}" if place.offset else ""
    terminal.say(f"\nWhile `make infra{offset}` runs in another terminal:\n  {command}\nCtrl-C stops the apps.")
    return 0


def run_with(program: str, place: Place) -> str:
    """The shell's line that starts every app of the place with the Dapr CLI."""
    file = "dapr/dapr.yaml" if place == Place() else f"{place.written(place.dapr_folder)}/dapr.yaml"
    keys = place.written(place.keys_folder)
    return f"set -a; . {keys}/dapr.env; DAPR_HOST_IP=127.0.0.1 {program} run -f {file}"


def up(place: Place, *, observed: bool = False) -> int:
    """Start `run` in the background, show what it says, and return when it is ready."""
    take(place, observed=observed).release()
    place.folder.mkdir(parents=True, exist_ok=True)
    log = place.folder / "launcher.log"
    command = [sys.executable, "-m", "local_runtime", "run", "--detached"]
    command += ["--offset", str(place.offset), "--directory", str(place.folder)]
    command += ["--observe"] if observed else []
    with log.open("wb") as sink:
        launcher = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=sink, stderr=subprocess.STDOUT, start_new_session=True
        )
    with log.open() as said:
        while True:
            ready = read_state(place.folder).get("phase") == "ready" and owner(place.folder) == launcher.pid
            ended = launcher.poll() is not None
            time.sleep(0.2)
            sys.stdout.write(said.read())
            sys.stdout.flush()
            if ended:
                return launcher.returncode or 1
            if ready:
                return 0


def down(place: Place) -> int:
    """Stop the platform that runs in this folder."""
    launcher = owner(place.folder)
    if launcher is None:
        terminal.say("Nothing runs here.")
        return 0
    began = time.monotonic()
    os.kill(launcher, signal.SIGTERM)
    while owner(place.folder) is not None:
        if time.monotonic() - began > _ENDING_SECONDS:
            raise PartFailedError(f"The launcher (process {launcher}) does not end; see {place.folder}/launcher.log")
        time.sleep(0.05)
    terminal.say(f"Stopped after {time.monotonic() - began:.1f} s; data stays.")
    return 0


def status(place: Place) -> int:
    """Print every process with its health as JSON; exit code 0 when all is healthy."""
    launcher = owner(place.folder)
    state = read_state(place.folder) if launcher else {}
    processes = state.get("processes", [])
    with httpx.Client(timeout=3.0, trust_env=False) as client:
        for process in processes:
            address = process.pop("health")
            healthy, why = answers(client, address) if address and process["pid"] else (process["pid"] is not None, "")
            process["health"] = "healthy" if healthy else why or "down"
            open_port = process["ports"].get("open")
            process["url"] = f"http://127.0.0.1:{open_port}" if open_port else None
    phase = state.get("phase", "stopped")
    shown = {"phase": phase, "launcher": launcher, "folder": str(place.folder), "processes": processes}
    terminal.say(json.dumps(shown, indent=2))
    return 0 if phase == "ready" and all(process["health"] == "healthy" for process in processes) else 1


def render(place: Place, folder: Path) -> int:
    """Write a platform's Dapr files into `folder`; for that of the clone, what chart, broker and Compose read, too."""
    files.write(place, folder.resolve(), os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"))
    if folder.resolve() == layout.CLONE / "dapr":
        files.write_for_chart(layout.CHART)
        files.write_for_broker(layout.CLONE / "k8s" / "kafka")
        files.write_compose()
        files.write_dashboards()
    return 0


def compose_files() -> int:
    """Write the secrets and settings that Compose gives to containers, and say what to type next."""
    folder = given.write()
    terminal.say(
        f"Secrets and settings are in {folder}; what was there is kept. Next, with images of `make images`:\n"
        "  docker compose up -d        (also: -f compose.yaml -f compose.monitoring.yaml, or compose.production.yaml)"
    )
    return 0


def become_app(place: Place, app_id: str) -> int:
    """Become one app with its settings: what the Dapr CLI's run file calls."""
    parts = provide(lambda _what, _seconds: None, with_frontend=app_id == FRONTEND)
    specs = Specs(place, Keys(place.keys_folder), parts)
    app = place.app(app_id)
    if not place.keys_folder.exists():
        raise LocalRuntimeError("There are no keys yet: `make infra` makes them and starts database and broker.")
    command = specs.command(app)
    os.execve(command[0], command, {**os.environ, **specs.environment(app)})  # noqa: S606 - becoming it is the purpose


def take(place: Place, *, observed: bool = False) -> Ownership:
    """Become the owner of the place, or raise when it runs already or a port is taken: before anything is fetched."""
    require_room(place.folder)
    passwords_lost = lost_passwords(place.folder)
    if passwords_lost:
        raise SurroundingsError(passwords_lost)
    claim = Ownership(place.folder)
    claim.take()
    try:
        require_free(place.ports() | (place.observing_ports() if observed else {}))
    except PortTakenError:
        claim.release()
        raise
    claim.publish({"phase": "fetching and building", "offset": place.offset, "processes": []})
    return claim


def _interruptible() -> threading.Event:
    """From now on SIGINT and SIGTERM raise KeyboardInterrupt in the main thread, once."""

    def end(_number: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)
    return threading.Event()


def _end(platform: Platform) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    began = time.monotonic()
    platform.stop()
    terminal.say(f"\nStopped after {time.monotonic() - began:.1f} s. Data stays in {platform.place.folder}.")


def _observers() -> Observers:
    cache, began = Cache(layout.cache_folder()), time.monotonic()
    if not prometheus.is_built(cache):
        terminal.say("Building Prometheus and Alertmanager, once: some minutes.")
    built = prometheus.observers(cache)
    terminal.report("Prometheus and Alertmanager, built", time.monotonic() - began)
    return built


def _welcome(platform: Platform, seconds: float, *, detached: bool, observed: bool) -> str:
    page = platform.url(FRONTEND) if FRONTEND in platform.apps else platform.url("todo-backend")
    account = platform.keys.demo
    ending = "`make down` stops everything" if detached else "Ctrl-C stops everything"
    watching = (
        f"  metrics    {platform.prometheus_url}/api/v1/query?query=up  (Prometheus, without its page)\n"
        f"  alerts     {platform.prometheus_url}/api/v1/alerts, {platform.alertmanager_url}/api/v2/alerts\n"
        if observed
        else ""
    )
    return (
        f"\nReady after {seconds:.0f} s:  {page}\n"
        f"  sign in as {account['email']}  with the password {account['password']}\n"
        f"  REST API   {platform.url('todo-backend')}/openapi.json\n"
        f"  MCP        {platform.url('todo-backend')}/mcp  (docs/mcp.md)\n"
        f"  e-mails    {platform.mail_url}\n"
        f"{watching}"
        f"  logs       {platform.place.logs_folder}\n"
        f"{ending}; data stays in {platform.place.folder}.\n"
    )


def parts_of_this_machine() -> Parts:
    """What is provided here, fetched without a word when it is absent."""
    return provide(lambda _what, _seconds: None)
