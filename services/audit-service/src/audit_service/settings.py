"""What audit-service is told by its environment: the base values, and where seals are kept."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from service_kit.settings import ServiceSettings


class Settings(ServiceSettings):
    """Settings of audit-service."""

    app_id: str = "audit-service"
    seal_key_file: Path = Field(description="Private Ed25519 key (PEM) that signs seals; the database must not have it")
    seals_file: Path = Field(
        description="The file in which seals are published, on a disk that the database cannot write"
    )
    seal_seconds: float = Field(default=300.0, gt=0, le=86_400, description="Seconds between two rounds of sealing")
