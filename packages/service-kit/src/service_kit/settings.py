"""Typed settings from the environment. A wrong value stops the start with a sentence that names it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict


class ServiceSettings(BaseSettings):
    """What every process of the platform is told by its environment; a deployable adds its own fields."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True)

    app_id: str = Field(min_length=1, description="Dapr app-id, also the service's name in logs and traces")
    replica: int = Field(default=0, ge=0, description="Number of this replica, 0 is the first")
    environment: Literal["development", "production"] = Field(
        default="production", description="development allows what a laptop needs"
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    public_host: str = Field(default="0.0.0.0", description="Address of the open listener")  # noqa: S104 - a pod's own address
    public_port: int = Field(ge=1, le=65535, description="Port of the open listener")
    app_port: int | None = Field(default=None, ge=1, le=65535, description="Loopback port that only the sidecar calls")
    dapr_http_port: int = Field(default=3500, ge=1, le=65535, description="HTTP port of the sidecar")
    dapr_grpc_port: int = Field(default=50001, ge=1, le=65535, description="gRPC port of the sidecar")
    dapr_api_token: str = Field(min_length=16, description="Token that the sidecar asks of this app")
    app_api_token: str = Field(min_length=16, description="Token that the sidecar shows to this app")
    database_url: str = Field(pattern=r"^postgres(ql)?://", description="PostgreSQL as the runtime role")
    database_pooled: bool = Field(
        default=False, description="The address is a pooler's (PgBouncer, transaction mode), which keeps no session"
    )
    database_pool_size: int = Field(default=10, ge=1, le=100, description="Connections of the pool")
    service_key_file: Path = Field(description="Private Ed25519 key (PEM) of this app-id")
    service_keys_file: Path = Field(description="JWKS of all app-ids' public keys")
    shutdown_seconds: float = Field(default=5.0, gt=0, le=60, description="What is in flight may take this long")


S = TypeVar("S", bound=BaseSettings)


def load(settings_type: type[S]) -> S:
    """Read settings from the environment; on a wrong or missing value print one sentence each and exit with 2."""
    try:
        return settings_type()
    except ValidationError as error:
        for problem in error.errors(include_input=False, include_url=False):
            name = "_".join(str(part) for part in problem["loc"]).upper()
            print(f"The setting {name} is wrong: {problem['msg']}.", file=sys.stderr)  # noqa: T201 - logs need settings
        sys.exit(2)
