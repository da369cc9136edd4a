"""What Apprise reaches: one target per channel, of kinds that are listed here, through the same guard.

Apprise speaks through `requests`, in threads. While it sends, connections are made by `_connect` below, which goes to
checked addresses only, and no proxy of the environment is asked; redirects are not followed.
"""

from __future__ import annotations

import asyncio
import contextvars
import logging
import socket
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from notification_service.sending.content import Content
from notification_service.sending.guard import AddressRefused, Guard
from notification_service.sending.outcome import Outcome, Refused, Retry, Sent

PROVED = frozenset({"ntfy", "ntfys", "json", "jsons"})
"""Tried against servers of these kinds in the tests."""
UNTRIED = frozenset(
    {"gotify", "gotifys", "matrix", "matrixs", "mmost", "mmosts", "rocket", "rockets", "tgram", "discord", "slack",
     "pover", "signal", "signals", "msteams", "gchat", "zulip"}
)  # fmt: skip
"""Allowed, and never tried by us: they need an account somewhere (docs/operations.md)."""
SCHEMAS = PROVED | UNTRIED
THREADS = 32
_HOSTED = frozenset({"ntfy", "json", "gotify", "matrix", "mmost", "rocket", "signal"})
"""Those (and the same with TLS) whose URL names the host; of the others the service has one host."""

_guard: contextvars.ContextVar[Guard | None] = contextvars.ContextVar("guard of apprise", default=None)
_refused: contextvars.ContextVar[list[str] | None] = contextvars.ContextVar("what was refused", default=None)


class TargetInvalid(Exception):
    """The URL is none that Apprise knows, or one that is not let in here."""


def schema_of(url: str) -> str:
    """Return a URL's schema. Raises TargetInvalid unless it is listed."""
    schema = url.partition("://")[0].lower()
    if schema not in SCHEMAS:
        raise TargetInvalid(f"Apprise's {schema[:20]!r} is not let in here. These are: {', '.join(sorted(SCHEMAS))}.")
    if "?" in url:
        raise TargetInvalid("A target has no options after a question mark here.")
    return schema


def host_of(url: str) -> str | None:
    """Return the host that a URL names; None where the service has one host for all. Raises TargetInvalid."""
    schema = schema_of(url)
    if schema.removesuffix("s") not in _HOSTED and schema not in _HOSTED:
        return None
    try:
        host = urlsplit(url).hostname
    except ValueError as error:
        raise TargetInvalid("The host cannot be read.") from error
    if not host:
        raise TargetInvalid("This target names no host.")
    return host


def shown(url: str) -> str:
    """Return what of a URL is no secret: schema, host and port. Raises TargetInvalid."""
    if host_of(url) is None:
        return schema_of(url)
    try:
        return f"{schema_of(url)}://{urlsplit(url).netloc.rpartition('@')[2]}"
    except ValueError as error:
        raise TargetInvalid("The host cannot be read.") from error


def require_target(url: str) -> None:
    """Raise TargetInvalid unless Apprise can make a target of a URL. Takes a second at first: its plugins are read."""
    schema_of(url)
    if _target(url) is None:
        raise TargetInvalid("Apprise cannot read this URL.")


class AppriseSender:
    """Sends through Apprise, in threads of its own."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="apprise")

    async def send(self, url: str, content: Content, seconds: float) -> Outcome:
        """Send once, and say what became of it: Apprise itself says no more than yes or no."""
        refused: list[str] = []
        context = contextvars.copy_context()
        context.run(_guard.set, self._guard)
        context.run(_refused.set, refused)
        working = asyncio.get_running_loop().run_in_executor(
            self._threads, lambda: context.run(_notify, url, content, seconds)
        )
        try:
            async with asyncio.timeout(seconds):
                taken = await asyncio.shield(working)
        except TimeoutError:
            return Retry(f"it did not answer within {seconds:g} s", host=True)
        except TargetInvalid as error:
            return Refused(str(error))
        if taken:
            return Sent("Apprise says that it was taken")
        return Refused(refused[0]) if refused else Retry("Apprise says that it was not taken", host=True)

    def close(self) -> None:
        """Take no more; what is under way ends by its own time-outs."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _notify(url: str, content: Content, seconds: float) -> bool:
    target = _target(url)
    if target is None:
        raise TargetInvalid("Apprise cannot read this URL.")
    target.socket_connect_timeout = target.socket_read_timeout = seconds / 2
    lines = content.lines
    return bool(target.notify(body="\n".join(lines) or content.title, title=content.title if lines else "Reminder"))


def _target(url: str) -> Any:
    apprise, asset = _library()
    return apprise.Apprise.instantiate(url, asset=asset, suppress_exceptions=True)


@cache
def _library() -> tuple[Any, Any]:
    """Return Apprise and how it is used: nothing on disk, no redirects. Read when it is first needed: it is large."""
    import apprise  # noqa: PLC0415 - see above

    logging.getLogger("apprise").setLevel(logging.CRITICAL)  # its lines may hold what is secret of a URL
    _put_guard_below_requests()
    return apprise, apprise.AppriseAsset(
        storage_mode=apprise.PersistentStoreMode.MEMORY,
        http_redirects=False,
        app_id="todo-platform",
        app_desc="Reminders",
    )


def _put_guard_below_requests() -> None:
    """Make `requests` connect as the guard says, in threads that Apprise sends from; everybody else as before."""
    import requests  # noqa: PLC0415 - only with Apprise
    from urllib3.util import connection  # noqa: PLC0415 - only with Apprise

    sessions: Any = requests.sessions  # what it imports from its own parts has no promise; a test holds it
    plain, proxies = connection.create_connection, sessions.get_environ_proxies

    def connect(address: tuple[str, int], *arguments: Any, **named: Any) -> socket.socket:
        guard = _guard.get()
        if guard is None:
            return plain(address, *arguments, **named)
        host, port = address
        try:
            found = guard.resolved(host, port)
        except AddressRefused as error:
            noted = _refused.get()
            if noted is not None:
                noted.append(str(error))
            raise OSError(str(error)) from error
        return plain((found[0], port), *arguments, **named)

    def no_proxies(*arguments: Any, **named: Any) -> Any:
        return proxies(*arguments, **named) if _guard.get() is None else {}

    connection.create_connection = connect
    sessions.get_environ_proxies = no_proxies
