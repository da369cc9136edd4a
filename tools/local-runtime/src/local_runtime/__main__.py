"""`python -m local_runtime COMMAND`: what the Makefile calls."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from event_contracts.apps import APPS
from event_contracts.topics import TOPICS

from local_runtime.errors import LocalRuntimeError, in_words
from local_runtime.layout import RUN
from local_runtime.render.place import Place


def main() -> None:
    """Read the command line, run the command, and turn what goes wrong into one sentence and exit code 1."""
    arguments = _parser().parse_args()
    try:
        code = _dispatch(arguments)
    except LocalRuntimeError as wrong:
        print(wrong, file=sys.stderr)
        code = 1
    except OSError as refused:
        print(in_words(refused), file=sys.stderr)
        code = 1
    except ImportError as damaged:
        print(f"The Python environment is damaged ({damaged}): `make doctor` mends it.", file=sys.stderr)
        code = 1
    except KeyboardInterrupt:
        code = 130
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # a tool that a cancelled part still waits for must not hold us


def _dispatch(arguments: argparse.Namespace) -> int:
    from local_runtime import (  # noqa: PLC0415 - `exec` and --help pay for nothing else
        commands,
        copies,
        doctor,
        film,
        image_locks,
        lock,
        offsets,
        partitions,
        quality,
        verify_deploy,
    )
    from local_runtime.containers import images  # noqa: PLC0415

    directory: Path | None = arguments.directory
    folder = directory or (RUN if arguments.offset == 0 else RUN / f"offset-{arguments.offset}")
    place = Place(arguments.offset, folder.resolve())
    match arguments.command:
        case "run":
            return commands.run(
                place, apps=arguments.apps.split(","), detached=arguments.detached, observed=arguments.observe
            )
        case "dev":
            return commands.run(place, apps=arguments.apps.split(","), reloading=True, observed=arguments.observe)
        case "up":
            return commands.up(place, observed=arguments.observe)
        case "down":
            return commands.down(place)
        case "status":
            return commands.status(place)
        case "infra":
            return commands.infra(place)
        case "dapr-cli":
            return commands.dapr_cli(place)
        case "render":
            return commands.render(place, arguments.into)
        case "exec":
            return commands.become_app(place, arguments.app)
        case "partitions":
            return partitions.add_partitions(place, arguments.topic, arguments.count)
        case "pass-over":
            return offsets.pass_over(place)
        case "verify-copy":
            return copies.verify_copy(arguments.copy)
        case "lock":
            lock.compile_lock()
            image_locks.write()
            return 0
        case "images":
            return images.make(
                tag=arguments.tag,
                registry=arguments.registry,
                local_bases=arguments.local_bases,
                release=arguments.release,
            )
        case "compose-files":
            return commands.compose_files()
        case "check":
            return quality.check()
        case "test":
            return quality.test(arguments.pytest)
        case "brokers":
            return quality.brokers()
        case "alerts":
            return quality.alerts()
        case "demo":
            return film.film(place)
        case "telemetry":
            return quality.telemetry()
        case "tutorials":
            return quality.tutorials()
        case "verify-deploy":
            return verify_deploy.climb(arguments.steps)
        case "bench" | "chaos" as long_run:
            return quality.long_run(long_run)
        case _:
            return doctor.doctor(place)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="local_runtime", description="The whole platform on one machine.")
    placed = argparse.ArgumentParser(add_help=False)
    placed.add_argument("--offset", type=int, default=0, help="added to every port")
    placed.add_argument("--directory", type=Path, help="folder of data, logs and keys (default: .run)")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, what in {
        "run": "start everything here until Ctrl-C",
        "dev": "the same, and start anew what has changed",
        "up": "start everything in the background",
        "down": "stop it",
        "status": "print every process as JSON",
        "infra": "start database and broker only",
        "dapr-cli": "build the Dapr CLI and say how to use it",
        "render": "write the Dapr files",
        "exec": "become one app, with its settings",
        "partitions": "give a topic more partitions while everything runs",
        "pass-over": "after a restore: let consumers begin at the end of their topics",
        "verify-copy": "say whether a copy made by pg_basebackup is whole",
        "doctor": "say what is here and what is missing",
        "lock": "write requirements.lock",
        "images": "build the container images",
        "compose-files": "write what Compose is given",
        "check": "lint, types, contracts, unit tests",
        "test": "everything",
        "bench": "measure",
        "chaos": "kill for long",
        "brokers": "what each broker promises",
        "alerts": "test the alerts of monitoring/",
        "demo": "film the demo",
        "telemetry": "spans, logs and metrics of every edge",
        "tutorials": "follow docs/tutorials in a fresh clone",
        "verify-deploy": "prove what is deployed, step by step",
    }.items():
        command = commands.add_parser(name, help=what, parents=[placed])
        if name in {"run", "dev"}:
            command.add_argument("--apps", default=",".join(APPS), help="only these app-ids, separated by commas")
        if name in {"run", "dev", "up"}:
            command.add_argument("--observe", action="store_true", help="with Prometheus and Alertmanager")
        if name == "run":
            command.add_argument("--detached", action="store_true", help=argparse.SUPPRESS)
        if name == "partitions":
            command.add_argument("topic", choices=sorted(TOPICS))
            command.add_argument("count", type=int)
        if name == "verify-copy":
            command.add_argument("copy", type=Path, metavar="DIR")
        if name == "render":
            command.add_argument("into", type=Path, metavar="DIR")
        if name == "exec":
            command.add_argument("app", choices=sorted(APPS))
        if name == "verify-deploy":
            command.add_argument("steps", nargs="*", type=int, metavar="STEP", help="only these, 1 to 6")
        if name == "images":
            command.add_argument("--tag", default="dev")
            command.add_argument("--registry", default="todo", help="what image names begin with")
            command.add_argument("--local-bases", action="store_true", help="on base images made from packages here")
            command.add_argument("--release", action="store_true", help="refuse a base without a digest")
        if name == "test":
            command.add_argument("pytest", nargs="*", help="passed to pytest")
    return parser


if __name__ == "__main__":
    main()
