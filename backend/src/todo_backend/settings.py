"""Settings of the backend's processes, from the environment."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr
from service_kit.settings import ServiceSettings


class BackendSettings(ServiceSettings):
    """What todo-backend is told besides what every process is."""

    access_token_key_file: Path = Field(description="Private Ed25519 key (PEM) that signs people's access tokens")
    body_limit_bytes: int = Field(default=1_000_000, ge=1024, description="Longest request body")
    chat_model_url: str | None = Field(
        default=None, description="An OpenAI-compatible endpoint (…/v1) that answers the chat; none: the built-in model"
    )
    chat_model: str | None = Field(default=None, description="The model's name at that endpoint")
    chat_model_key: SecretStr | None = Field(default=None, description="Its key; a local server may need none")
    chat_model_request_seconds: float = Field(default=20.0, gt=0, le=300, description="Longest wait for the model")
    chat_model_turn_seconds: float = Field(default=60.0, gt=0, le=600, description="Longest turn with the model")
    chat_model_tool_calls: int = Field(default=10, ge=1, le=50, description="Most calls of tools in a turn")
    chat_model_turns_a_day: int = Field(default=200, ge=1, description="Turns with the model per person and day")
    chat_model_tokens_a_day: int = Field(default=500_000, ge=1, description="Tokens per person and day")


class RelaySettings(ServiceSettings):
    """What todo-relay is told."""

    probe_seconds: float = Field(default=30.0, gt=0, le=3600, description="How often a canary is sent through")
