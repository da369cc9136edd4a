"""The one place that decides which addresses may be sent to: none that is private, unless the operator allows it.

A name is resolved once, every address that it has is checked, and the connection goes to an address that was checked.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import httpcore

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolve = Callable[[str, int], Sequence[str]]
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class AddressRefused(Exception):
    """The host has an address that is not sent to."""


class Guard:
    """Says where connections may go. `resolve` returns every address of a name and may block."""

    def __init__(self, allowed: Iterable[Network] = (), resolve: Resolve | None = None) -> None:
        self._allowed = tuple(allowed)
        self._resolve = resolve or _resolve
        # Threads of its own: a name server that does not answer must not hold up names that it does not serve.
        self._threads = ThreadPoolExecutor(32, thread_name_prefix="resolve")

    def permits(self, address: str) -> bool:
        """Say whether an address may be connected to."""
        parsed = ipaddress.ip_address(address.partition("%")[0])
        inside = embedded(parsed)
        if any(one in network for one in (parsed, inside) for network in self._allowed):
            return True
        return inside.is_global and not inside.is_multicast and not inside.is_reserved

    async def addresses(self, host: str, port: int) -> Sequence[str]:
        """Return the addresses of a host. Raises AddressRefused when one of them is not permitted, OSError without."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self.resolved, host, port)

    def resolved(self, host: str, port: int) -> Sequence[str]:
        """Do the same, and block."""
        found = self._resolve(host.strip("[]"), port)
        refused = [address for address in found if not self.permits(address)]
        if refused:
            raise AddressRefused(f"{host} is at a private address, which is not sent to.")
        if not found:
            raise OSError(f"{host} has no address")
        return found

    def close(self) -> None:
        """End the threads that resolve names; none is waited for."""
        self._threads.shutdown(wait=False, cancel_futures=True)


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Connects httpcore's pools to checked addresses only."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._inner = cast("httpcore.AsyncNetworkBackend", httpcore.AnyIOBackend())

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first address that answers."""
        try:
            found = await self._guard.addresses(host, port)
        except OSError as error:
            raise httpcore.ConnectError(str(error)) from error
        for address in found[:-1]:
            try:
                return await self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self._inner.connect_tcp(found[-1], port, timeout, local_address, socket_options)

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ARG002 - httpcore asks for it
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002 - httpcore asks for it
    ) -> httpcore.AsyncNetworkStream:
        """Refuse: nothing here is sent to a socket in the file system."""
        raise AddressRefused(f"{path} is no address that is sent to.")

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await self._inner.sleep(seconds)


def networks(text: str) -> list[Network]:
    """Read networks with commas between them. Raises ValueError."""
    return [ipaddress.ip_network(part.strip()) for part in text.split(",") if part.strip()]


def embedded(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 address leads to (mapped, 6to4, Teredo, NAT64), else the address itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _resolve(host: str, port: int) -> Sequence[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))
