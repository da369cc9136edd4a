"""What `make brokers` needs besides: a daprd that knows several brokers, and a Redis from the system's packages."""

from __future__ import annotations

import os
import shutil
import sys
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


def daprd(cache: Cache) -> Path:
    """Our daprd with another list of components: Kafka and Redis Streams."""

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

    def fetch(folder: Path) -> None:
        if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
            raise PartMissingError("There is no redis-server here: install the one of your system's packages.")
        tools.run(["apt-get", "download", *_PACKAGES], cache.log("redis"), cwd=folder)
        for package in folder.glob("*.deb"):
            tools.run(["dpkg-deb", "-x", package, folder], cache.log("redis"))
            package.unlink()

    folder = cache.part(*_redis_part(), fetch)
    libraries = folder / "usr" / "lib" / f"{os.uname().machine}-linux-gnu"
    return folder / "usr" / "bin" / "redis-server", {"LD_LIBRARY_PATH": str(libraries)}


def are_here(cache: Cache) -> bool:
    """Whether both will be there at once."""
    return cache.has(*_daprd_part()) and (shutil.which("redis-server") is not None or cache.has(*_redis_part()))


def _daprd_part() -> tuple[str, str]:
    files = [_MAIN, *(file for file in _SOURCES.iterdir() if file.is_file())]
    return "daprd-brokers", fingerprint(files, *FLAGS, sys.platform, os.uname().machine)


def _redis_part() -> tuple[str, str]:
    return "redis", fingerprint([], *_PACKAGES, os.uname().machine)
