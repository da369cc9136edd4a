"""Prometheus, Alertmanager and their two tools, built from our own pinned Go module; the start needs none of them."""

from __future__ import annotations

import os
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from local_runtime.layout import TOOL
from local_runtime.provision import golang
from local_runtime.provision.cache import Cache, fingerprint

_SOURCES: Final = TOOL / "prometheus"
_FLAGS: Final = ("-tags", "remove_all_sd", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w")
_ALERTMANAGER: Final = "github.com/prometheus/alertmanager"
_PAGE: Final = "<!doctype html><title>Alertmanager</title><p>Built without its page. <a href='api/v2/alerts'>Alerts</a>"


@dataclass(frozen=True)
class Observers:
    """The programs of `make run OBSERVE=1`. `quick`: alerts wait for seconds instead of minutes, for drills."""

    prometheus: Path
    alertmanager: Path
    quick: bool = False


def observers(cache: Cache, *, quick: bool = False) -> Observers:
    """Both servers. Cold they take some minutes on two cores."""
    return Observers(prometheus(cache), alertmanager(cache), quick)


def prometheus(cache: Cache) -> Path:
    """The `prometheus` binary, whose page is not built in; its API is whole."""
    return _built(cache, "github.com/prometheus/prometheus/cmd/prometheus")


def promtool(cache: Cache) -> Path:
    """The `promtool` binary."""
    return _built(cache, "github.com/prometheus/prometheus/cmd/promtool")


def alertmanager(cache: Cache) -> Path:
    """The `alertmanager` binary; a line stands for its page, which its module does not carry, and the API is whole."""
    return _built(cache, f"{_ALERTMANAGER}/cmd/alertmanager")


def amtool(cache: Cache) -> Path:
    """The `amtool` binary."""
    return _built(cache, f"{_ALERTMANAGER}/cmd/amtool")


def is_built(cache: Cache) -> bool:
    """Whether both servers will be there at once."""
    return all(cache.has(name, _key(name)) for name in ("prometheus", "alertmanager"))


def _built(cache: Cache, package: str) -> Path:
    name = package.rsplit("/", 1)[1]

    def build(folder: Path) -> None:
        module = _SOURCES if name != "alertmanager" else _with_a_page(cache, folder / "module")
        golang.build(cache, module, package, _FLAGS, folder / name)
        shutil.rmtree(folder / "module", ignore_errors=True)

    return cache.part(name, _key(name), build) / name


def _with_a_page(cache: Cache, module: Path) -> Path:
    """Our module with a copy of Alertmanager's that has what its Go code embeds."""
    required = (_SOURCES / "go.mod").read_text()
    found = re.search(rf"{_ALERTMANAGER} (v\S+)", required)
    assert found is not None  # noqa: S101 - our own file
    copied = module / "alertmanager"
    shutil.copytree(golang.sources(cache, _ALERTMANAGER, found[1]), copied, copy_function=shutil.copyfile)
    for folder in (copied, *(path for path in copied.rglob("*") if path.is_dir())):
        folder.chmod(0o755)
    page = copied / "ui" / "app" / "dist" / "index.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(_PAGE)
    (module / "go.mod").write_text(f"{required}\nreplace {_ALERTMANAGER} => ./alertmanager\n")
    shutil.copyfile(_SOURCES / "go.sum", module / "go.sum")
    return module


def _key(name: str) -> str:
    files = [_SOURCES / "go.mod", _SOURCES / "go.sum"]
    page = (_PAGE,) if name == "alertmanager" else ()
    return fingerprint(files, *_FLAGS, *page, sys.platform, os.uname().machine)
