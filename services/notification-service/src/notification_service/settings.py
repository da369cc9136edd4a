"""What notification-service is told by its environment, besides the base values."""

from __future__ import annotations

from pydantic import Field
from service_kit.settings import ServiceSettings


class Settings(ServiceSettings):
    """Settings of notification-service."""

    app_id: str = "notification-service"
    loops_enabled: bool = Field(default=True, description="false: reminders are sent by the ticks of cron alone")
    confirm_patience_seconds: float = Field(
        default=120.0, ge=0, le=3600, description="How long a due reminder waits for todo-backend's word"
    )
    digest_above: int = Field(
        default=5, ge=1, le=100, description="More late reminders of one user than this become one digest"
    )
