"""Dapr's files as the sidecars of Compose read them: the same tables, other addresses."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from local_runtime.render.place import Place

BROKER: Final = "kafka:9092"
DATABASE: Final = ("postgres", 5432)
KEYS: Final = "/keys"
"""Where a container finds the secrets that it was given."""
DATA: Final = "/data"
"""Where a container finds the one volume that it may write to."""


@dataclass(frozen=True)
class InContainers(Place):
    """A place whose parts are containers; `folder` is on the host, with what containers are given."""

    @property
    def brokers(self) -> str:
        """The broker by the name of its container."""
        return BROKER

    def written(self, path: Path) -> str:
        """The path as a container sees it: secrets in one folder, the table of names in the volume."""
        folder = KEYS if path.is_relative_to(self.keys_folder) else DATA
        return f"{folder}/{path.name}"
