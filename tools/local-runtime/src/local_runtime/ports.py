"""Which ports are free. Everything that the platform opens listens on 127.0.0.1 or is reached there."""

from __future__ import annotations

import errno
import random
import socket
from collections.abc import Iterable

_NEVER_GIVEN = range(61000, 65536)


def is_free(port: int) -> bool:
    """Whether a server could listen on the port of 127.0.0.1 now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as refused:
            if refused.errno in {errno.EADDRINUSE, errno.EACCES}:
                return False
            raise
    return True


def taken(ports: Iterable[int]) -> list[int]:
    """Those of the ports on which somebody else listens."""
    return [port for port in ports if not is_free(port)]


def any_free() -> int:
    """A port that nobody uses at this moment, and that no outgoing connection is given before it is used.

    Linux gives outgoing connections 32768 to 60999 (ip_local_port_range), so a port from there may be gone any moment.
    """
    return next(port for port in random.sample(_NEVER_GIVEN, len(_NEVER_GIVEN)) if is_free(port))
