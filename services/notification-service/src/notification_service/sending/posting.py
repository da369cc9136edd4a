"""One POST to a stranger: to a checked address, no redirect, a short answer, within its time."""

from __future__ import annotations

import asyncio
import datetime as dt
import email.utils
import ssl
from dataclasses import dataclass

import httpcore

from notification_service.sending.guard import AddressRefused, Guard, GuardedBackend
from notification_service.sending.outcome import Outcome, Refused, Retry

ANSWER_BYTES = 2048
MOST_CONNECTIONS = 300


@dataclass(frozen=True, slots=True)
class Answered:
    """What came back; `retry_after` is the number of seconds that it asks for."""

    status: int
    retry_after: float | None
    text: str


class Poster:
    """Sends over one pool of connections. Proxies of the environment are not asked: they would resolve names."""

    def __init__(self, guard: Guard, tls: ssl.SSLContext | None = None) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=tls or ssl.create_default_context(),
            max_connections=MOST_CONNECTIONS,
            max_keepalive_connections=50,
            keepalive_expiry=20.0,
            network_backend=GuardedBackend(guard),
        )

    async def post(self, url: str, headers: dict[str, str], body: bytes, seconds: float) -> Answered | Outcome:
        """Post, and return the answer, or why there is none."""
        given = [(name.encode(), value.encode()) for name, value in headers.items()]
        try:
            async with asyncio.timeout(seconds):
                async with self._pool.stream("POST", url, headers=given, content=body) as response:
                    told = bytearray()
                    async for part in response.aiter_stream():
                        told += part
                        if len(told) >= ANSWER_BYTES:
                            break
                    found = {
                        name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers
                    }
        except AddressRefused as error:
            return Refused(str(error))
        except TimeoutError:
            return Retry(f"it did not answer within {seconds:g} s", host=True)
        except httpcore.UnsupportedProtocol:
            return Refused("only http and https are sent to")
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException) as error:
            return Retry(f"no connection: {_said(error)}", host=True)
        text = bytes(told[:ANSWER_BYTES]).decode("utf-8", "replace")
        return Answered(response.status, seconds_asked(found.get("retry-after")), text)

    async def close(self) -> None:
        """Close the connections."""
        await self._pool.aclose()


def failed(answer: Answered) -> Retry:
    """Return what an answer that is no success means: try again, and say why."""
    if 300 <= answer.status < 400:
        return Retry(f"it answered {answer.status}: redirects are not followed, name the address itself")
    return Retry(f"it answered {answer.status}", answer.retry_after, host=answer.status >= 500)


def seconds_asked(header: str | None) -> float | None:
    """Return how many seconds Retry-After asks for: a number, or a date of HTTP; None when it says neither."""
    if header is None:
        return None
    text = header.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        at = email.utils.parsedate_to_datetime(text)
    except ValueError:
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=dt.UTC)
    return max(0.0, (at - dt.datetime.now(dt.UTC)).total_seconds())


def _said(error: Exception) -> str:
    return f"{type(error).__name__} {error}".strip()[:200]
