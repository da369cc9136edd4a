"""What notification-service is told by its environment: the base values suffice."""

from __future__ import annotations

from service_kit.settings import ServiceSettings


class Settings(ServiceSettings):
    """Settings of notification-service."""

    app_id: str = "notification-service"
