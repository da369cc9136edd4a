"""What notification-service is told by its environment, besides the base values."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

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
    channel_keys_file: Path | None = Field(
        default=None,
        description="Fernet keys that seal what is secret of channels, one a line, the newest first; none: no channels",
    )
    public_url: str | None = Field(
        default=None, pattern=r"^https?://", description="Where people reach the API: what links in e-mails begin with"
    )
    allowed_networks: str = Field(
        default="", description="Networks beside the public ones that may be sent to, with commas: 127.0.0.0/8,fd00::/8"
    )
    send_seconds: float = Field(default=8.0, gt=0, le=12, description="How long one sending may take in all")
    smtp_host: str | None = Field(default=None, description="The mail server; none: no e-mail")
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_user: str | None = None
    smtp_password_file: Path | None = Field(default=None, description="Holds the password of smtp_user")
    smtp_ca_file: Path | None = Field(default=None, description="Who signs the mail server's certificate, if unknown")
    mail_from: str = Field(default="todo@localhost", description="Address that e-mails come from")
    vapid_key_file: Path | None = Field(
        default=None, description="Private P-256 keys (PEM), browsers subscribe with the first; none: no web push"
    )
    vapid_contact: str = Field(
        default="mailto:todo@localhost", pattern=r"^(mailto:|https://)", description="Whom push services may write to"
    )
