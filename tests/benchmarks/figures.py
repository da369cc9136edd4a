"""Turning observations into figures: percentiles of samples, and of Prometheus histograms between two scrapes."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

_BUCKET = re.compile(r"^(?P<name>\w+)_bucket\{(?P<labels>[^}]*)\} (?P<value>\S+)$", re.MULTILINE)


def percentiles(samples: Sequence[float], scale: float = 1000.0, digits: int = 2) -> dict[str, float]:
    """Return p50, p90, p99, p999 and max of samples in seconds, in milliseconds (nearest rank)."""
    ordered = sorted(samples)
    ranks = {"p50": 0.5, "p90": 0.9, "p99": 0.99, "p999": 0.999}
    found = {name: ordered[max(0, math.ceil(q * len(ordered)) - 1)] * scale for name, q in ranks.items()}
    found["max"] = ordered[-1] * scale
    return {name: round(value, digits) for name, value in found.items()} | {"samples": len(ordered)}


def buckets(metrics_text: str, name: str, labels: str = "") -> dict[float, float]:
    """Read a histogram's cumulative buckets from a scrape: upper bound in seconds → count."""
    found: dict[float, float] = {}
    for match in _BUCKET.finditer(metrics_text):
        if match["name"] == name and labels in match["labels"]:
            bound = re.search(r'le="([^"]+)"', match["labels"])
            if bound:
                found[float(bound[1].replace("+Inf", "inf"))] = float(match["value"])
    return found


def histogram_percentiles(before: Mapping[float, float], after: Mapping[float, float]) -> dict[str, float]:
    """Return p50, p90, p99 in milliseconds of what was observed between two scrapes, interpolated inside a bucket."""
    counts = sorted((bound, value - before.get(bound, 0.0)) for bound, value in after.items())
    total = counts[-1][1] if counts else 0.0
    return {
        **{name: round(_at(counts, q * total) * 1000, 2) for name, q in (("p50", 0.5), ("p90", 0.9), ("p99", 0.99))},
        "samples": int(total),
    }


def _at(counts: Sequence[tuple[float, float]], rank: float) -> float:
    low_bound = low_count = 0.0
    for bound, count in counts:
        if count >= rank:
            if math.isinf(bound) or count == low_count:
                return low_bound
            return low_bound + (bound - low_bound) * (rank - low_count) / (count - low_count)
        low_bound, low_count = bound, count
    return low_bound
