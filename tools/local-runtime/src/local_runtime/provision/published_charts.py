"""Charts of others that GitOps installs, where their authors' Go modules carry them: to try our values on them."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from local_runtime.provision import golang
from local_runtime.provision.cache import Cache, fingerprint

CHARTS: Final = {
    "dapr": ("github.com/dapr/dapr", "v1.18.2", "charts/dapr"),
    "cert-manager": ("github.com/cert-manager/cert-manager", "v1.21.2", "deploy/charts/cert-manager"),
    "external-secrets": ("github.com/external-secrets/external-secrets", "v1.3.2", "deploy/charts/external-secrets"),
}
"""Module, version, folder. external-secrets' is older than what is installed (2.11.0): no newer module exists."""


def published_charts(cache: Cache) -> Path:
    """A folder with a chart per name."""

    def fill(folder: Path) -> None:
        for name, (module, version, place) in CHARTS.items():
            shutil.copytree(golang.sources(cache, module, version) / place, folder / name)
            for file in (folder / name).rglob("*"):
                file.chmod(0o755 if file.is_dir() else 0o644)  # a module's files may not be written to, so not removed
        # Its only subchart would have to be fetched, and is off.
        about = folder / "external-secrets" / "Chart.yaml"
        about.write_text(about.read_text().partition("dependencies:")[0])

    return cache.part("published-charts", fingerprint([Path(__file__)]), fill)
