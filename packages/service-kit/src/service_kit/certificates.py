"""When the certificates end that this process trusts servers by, so that somebody hears of it before they do."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path

from prometheus_client import REGISTRY
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

NAME = "certificate_not_after_timestamp_seconds"


class Certificates(Collector):
    """The files that were named to `watch`, read again at each scrape: whoever renews one tells nobody."""

    def __init__(self) -> None:
        self._files = set[Path]()

    def watch(self, file: Path | None) -> None:
        """Tell of the certificates of authorities in this PEM file from now on; None: there is none."""
        if file is not None:
            self._files.add(file)

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Answer a scrape: the earliest end in each file, 0 for a file that cannot be read."""
        told = GaugeMetricFamily(
            NAME, "When the first certificate in this file ends; 0: it cannot be read", labels=["file"]
        )
        for file in sorted(self._files):
            ends = _ends(file)
            if ends:
                told.add_metric([str(file)], min(ends))
        yield told


def _ends(file: Path) -> list[float]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        context.load_verify_locations(cafile=file)
    except (OSError, ssl.SSLError):
        return [0.0]
    return [float(ssl.cert_time_to_seconds(str(found["notAfter"]))) for found in context.get_ca_certs()]


CERTIFICATES = Certificates()
REGISTRY.register(CERTIFICATES)
