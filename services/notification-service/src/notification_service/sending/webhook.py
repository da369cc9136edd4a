"""Webhooks as Standard Webhooks say: an id that stays, a timestamp, and a signature for each secret that is valid."""

from __future__ import annotations

import datetime as dt
import json
import secrets
from base64 import b64encode
from typing import Any

from standardwebhooks import Webhook

from notification_service.sending.content import Content
from notification_service.sending.outcome import Gone, Outcome, Sent
from notification_service.sending.posting import Answered, Poster, failed

OVERLAP = dt.timedelta(hours=24)
"""How long the secret before the newest one signs as well."""
USER_AGENT = "todo-platform-webhooks/1"


def new_secret() -> str:
    """Return a signing secret as receivers are given it."""
    return f"whsec_{b64encode(secrets.token_bytes(32)).decode()}"


def rotated(secret: dict[str, Any], new: str, now: dt.datetime) -> dict[str, Any]:
    """Return a secret in which a new one signs, and for some time the one before beside it."""
    return {**secret, "signing": new, "before": secret["signing"], "before_until": (now + OVERLAP).isoformat()}


def signed(content: Content, secret: dict[str, Any], now: dt.datetime) -> tuple[dict[str, str], bytes]:
    """Return the headers and the body of a message."""
    body = json.dumps(
        {"type": f"reminder.{content.kind}", "timestamp": now.isoformat(), "data": content.told()}, ensure_ascii=False
    )
    identity = f"msg_{content.outward_id}"
    valid: list[str] = [secret["signing"]]
    if "before" in secret and dt.datetime.fromisoformat(secret["before_until"]) > now:
        valid.append(secret["before"])
    headers = {
        "content-type": "application/json",
        "user-agent": USER_AGENT,
        "webhook-id": identity,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(Webhook(one).sign(identity, now, body) for one in valid),
    }
    return headers, body.encode()


async def send(poster: Poster, content: Content, secret: dict[str, Any], now: dt.datetime, seconds: float) -> Outcome:
    """Post a message, and say what became of it."""
    headers, body = signed(content, secret, now)
    answer = await poster.post(secret["url"], headers, body, seconds)
    if not isinstance(answer, Answered):
        return answer
    if 200 <= answer.status < 300:
        return Sent(f"it answered {answer.status}")
    return Gone("it answered 410: nobody wants messages there any more") if answer.status == 410 else failed(answer)
