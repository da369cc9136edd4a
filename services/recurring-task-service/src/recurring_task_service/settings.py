"""What recurring-task-service is told by its environment, besides the base values."""

from __future__ import annotations

from pydantic import Field
from service_kit.settings import ServiceSettings


class Settings(ServiceSettings):
    """Settings of recurring-task-service."""

    app_id: str = "recurring-task-service"
    loops_enabled: bool = Field(default=True, description="false: successors are asked for by the ticks of cron alone")
