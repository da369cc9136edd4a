"""Settings of the backend's processes, from the environment."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from service_kit.settings import ServiceSettings


class BackendSettings(ServiceSettings):
    """What todo-backend is told besides what every process is."""

    access_token_key_file: Path = Field(description="Private Ed25519 key (PEM) that signs people's access tokens")
    body_limit_bytes: int = Field(default=1_000_000, ge=1024, description="Longest request body")


class RelaySettings(ServiceSettings):
    """What todo-relay is told."""

    probe_seconds: float = Field(default=30.0, gt=0, le=3600, description="How often a canary is sent through")
