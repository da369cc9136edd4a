"""`python -m service_kit.healthcheck`: what a container engine asks; 0 when this container's process is ready.

For engines that know no HTTP probes (Compose). Standard library only: it is started every few seconds.
"""

from __future__ import annotations

import http.client
import os
import sys


def main() -> int:
    """Ask the open listener of this container."""
    port = int(os.environ["PUBLIC_PORT"])
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=3)
    try:
        connection.request("GET", "/health/ready")
        status = connection.getresponse().status
    except OSError as refused:
        print(f"Nothing answers on port {port}: {refused}", file=sys.stderr)  # noqa: T201 - the engine keeps it
        return 1
    if status != http.client.OK:
        print(f"/health/ready says {status}", file=sys.stderr)  # noqa: T201
    return 0 if status == http.client.OK else 1


if __name__ == "__main__":
    sys.exit(main())
