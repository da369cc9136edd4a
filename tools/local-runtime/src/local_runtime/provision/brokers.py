"""What `make brokers` needs: a daprd that knows several brokers; Redis and RabbitMQ from the system's packages."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from local_runtime.errors import PartMissingError
from local_runtime.layout import TOOL
from local_runtime.provision import golang, tools
from local_runtime.provision.cache import Cache, fingerprint
from local_runtime.provision.daprd import FLAGS

_SOURCES: Final = TOOL / "daprd-brokers"
_MAIN: Final = TOOL / "daprd" / "main.go"
_PACKAGES: Final = (
    *("redis-server", "redis-tools", "libatomic1", "libhiredis0.14", "libjemalloc2", "liblua5.1-0", "liblzf1"),
    *("lua-bitop", "lua-cjson"),
)
_RABBITMQ_PACKAGES: Final = (
    *("rabbitmq-server", "libsctp1"),
    *(
        f"erlang-{part}"
        for part in (
            "base",
            "asn1",
            "crypto",
            "public-key",
            "mnesia",
            "runtime-tools",
            "ssl",
            "eldap",
            "ftp",
            "tftp",
            "inets",
            "snmp",
            "os-mon",
            "parsetools",
            "syntax-tools",
            "tools",
            "xmerl",
        )
    ),
)
_ERL: Final = """#!/bin/sh
ROOTDIR=$(cd "$(dirname "$0")/.." && pwd)
BINDIR=$ROOTDIR/{version}/bin
EMU=beam
PROGNAME=erl
export ROOTDIR BINDIR EMU PROGNAME
exec "$BINDIR/erlexec" "$@"
"""


def daprd(cache: Cache) -> Path:
    """Our daprd with another list of components: Kafka, Redis Streams and RabbitMQ."""

    def build(folder: Path) -> None:
        sources = folder / "sources"
        shutil.copytree(_SOURCES, sources)
        shutil.copyfile(_MAIN, sources / "main.go")
        golang.build(cache, sources, ".", FLAGS, folder / "daprd")
        shutil.rmtree(sources)

    return cache.part(*_daprd_part(), build) / "daprd"


def redis(cache: Cache) -> tuple[Path, dict[str, str]]:
    """A redis-server and the settings that it needs: the installed one, else unpacked from Debian's packages."""
    own = shutil.which("redis-server")
    if own:
        return Path(own), {}
    folder = cache.part(*_redis_part(), lambda into: _unpack(cache, "redis", _PACKAGES, into))
    return folder / "usr" / "bin" / "redis-server", {"LD_LIBRARY_PATH": _libraries(folder)}


def rabbitmq(cache: Cache) -> tuple[Path, Path, dict[str, str]]:
    """A rabbitmq-server, Erlang's port mapper that it asks for, and their settings; from Debian's packages."""

    def fetch(folder: Path) -> None:
        _unpack(cache, "rabbitmq", _RABBITMQ_PACKAGES, folder)
        erlang = folder / "usr" / "lib" / "erlang"
        program = erlang / "bin" / "erl"  # Debian's knows one place only
        program.unlink()
        program.write_text(_ERL.format(version=next(erlang.glob("erts-*")).name))
        program.chmod(0o755)

    folder = cache.part(*_rabbitmq_part(), fetch)
    erlang = folder / "usr" / "lib" / "erlang"
    server = next((folder / "usr" / "lib" / "rabbitmq" / "lib").glob("rabbitmq_server-*")) / "sbin" / "rabbitmq-server"
    mapper = next(erlang.glob("erts-*")) / "bin" / "epmd"
    path = f"{erlang / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    return server, mapper, {"PATH": path, "LD_LIBRARY_PATH": _libraries(folder)}


def are_here(cache: Cache) -> bool:
    """Whether all of it will be there at once."""
    redis_is_here = shutil.which("redis-server") is not None or cache.has(*_redis_part())
    return cache.has(*_daprd_part()) and redis_is_here and cache.has(*_rabbitmq_part())


def _unpack(cache: Cache, name: str, packages: Sequence[str], folder: Path) -> None:
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        raise PartMissingError(f"{name} is unpacked from Debian's packages, and there is no apt-get here.")
    tools.run(["apt-get", "download", *packages], cache.log(name), cwd=folder)
    for package in folder.glob("*.deb"):
        tools.run(["dpkg-deb", "-x", package, folder], cache.log(name))
        package.unlink()


def _libraries(folder: Path) -> str:
    return str(folder / "usr" / "lib" / f"{os.uname().machine}-linux-gnu")


def _daprd_part() -> tuple[str, str]:
    files = [_MAIN, *(file for file in _SOURCES.iterdir() if file.is_file())]
    return "daprd-brokers", fingerprint(files, *FLAGS, sys.platform, os.uname().machine)


def _rabbitmq_part() -> tuple[str, str]:
    return "rabbitmq", fingerprint([], *_RABBITMQ_PACKAGES, _ERL, os.uname().machine)


def _redis_part() -> tuple[str, str]:
    return "redis", fingerprint([], *_PACKAGES, os.uname().machine)
