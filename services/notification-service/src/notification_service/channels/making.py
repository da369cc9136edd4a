"""From what a person asks for to a channel that can be kept: checked, its secret sealed. No database."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from event_contracts.channels import NewApprise, NewEmail, NewWebhook, NewWebPush
from service_kit.problems import Problem

from notification_service.channels.channel import Kind, lane_of_address, lane_of_url
from notification_service.channels.sealing import SecretBox
from notification_service.sending import apprise_targets, web_push, webhook
from notification_service.sending.guard import AddressRefused, Guard

RESOLVE_SECONDS = 2.0
New = NewEmail | NewWebhook | NewWebPush | NewApprise


class Making:
    """Makes the values of a channel's row. Raises Problem when what is asked for cannot be kept."""

    def __init__(self, box: SecretBox, guard: Guard) -> None:
        self._box = box
        self._guard = guard

    async def values(self, new: New, user_id: UUID, channel_id: UUID) -> tuple[dict[str, Any], str | None]:
        """Return the row's values, and a secret that was made here (its owner sees it this once)."""
        made: str | None = None
        match new:
            case NewEmail():
                address = email_address(new.address)
                config, secret, lane = {"address": address}, None, lane_of_address(address)
            case NewWebhook():
                await self._check(new.url)
                made = None if new.secret else webhook.new_secret()
                config, lane = {"host": origin(new.url)}, lane_of_url("webhook", new.url)
                secret = {"url": new.url, "signing": new.secret or made}
            case NewWebPush():
                await self._check(new.endpoint)
                try:
                    web_push.require_keys(new.keys.p256dh, new.keys.auth)
                except ValueError as error:
                    raise Problem(422, "subscription_invalid", "These are no keys of a push subscription.") from error
                config, lane = {"host": origin(new.endpoint)}, lane_of_url("web_push", new.endpoint)
                secret = {"endpoint": new.endpoint, "p256dh": new.keys.p256dh, "auth": new.keys.auth}
            case NewApprise():
                try:
                    await asyncio.to_thread(apprise_targets.require_target, new.url)
                    await self._check_host(apprise_targets.host_of(new.url), 443)
                    target = apprise_targets.shown(new.url)
                    config, secret, lane = {"target": target}, {"url": new.url}, f"apprise/{target.lower()}"
                except apprise_targets.TargetInvalid as error:
                    raise Problem(422, "target_invalid", str(error)) from error
        values: dict[str, Any] = {
            "channel_id": channel_id,
            "user_id": user_id,
            "kind": new.kind,
            "name": new.name,
            "config": config,
            "secret": None if secret is None else self._box.seal(channel_id, secret),
            "messages": list(dict.fromkeys(new.messages)),
            "lane": lane,
        }
        return values, made

    def target(self, kind: Kind, config: dict[str, Any], channel_id: UUID, secret: bytes | None) -> str:
        """Return what a channel leads to: two of one person that lead to the same are one too many."""
        if kind == "email":
            return f"email {config['address']}"
        opened = self._box.open(channel_id, secret)
        return f"{kind} {opened.get('url') or opened.get('endpoint')}"

    async def _check(self, url: str) -> None:
        parts = http_parts(url)
        await self._check_host(parts.hostname, parts.port or (443 if parts.scheme == "https" else 80))

    async def _check_host(self, host: str | None, port: int) -> None:
        try:
            async with asyncio.timeout(RESOLVE_SECONDS):
                if host:
                    await self._guard.addresses(host, port)
        except AddressRefused as error:
            raise Problem(422, "address_refused", str(error)) from error
        except (OSError, UnicodeError, TimeoutError):
            pass  # it has no address at the moment; sending looks again each time


def email_address(text: str) -> str:
    """Return an e-mail address in its normal form. Raises Problem."""
    try:
        return validate_email(text, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError as error:
        raise Problem(422, "address_invalid", f"This is no e-mail address. {error}") from error


def http_parts(url: str) -> Any:
    """Return the parts of an address that is posted to. Raises Problem."""
    try:
        parts = urlsplit(url)
        whole = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        whole, parts = False, None
    if parts is None or not whole or parts.username or parts.password or parts.fragment or not url.isascii():
        raise Problem(422, "address_invalid", "Say a whole address: https://host/path, without a user and a fragment.")
    if any(not 32 < ord(letter) < 127 for letter in url):
        raise Problem(422, "address_invalid", "An address has no spaces and no control characters.")
    return parts


def origin(url: str) -> str:
    """Return scheme, host and port of an address: what of it is no secret."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
