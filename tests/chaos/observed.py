"""A platform with Prometheus and Alertmanager beside it: which alerts fire, who hears of them, what runbooks find.

Both servers are the real ones with the rules of monitoring/, except that what waits for minutes waits for two seconds
and rates look back for one to three minutes (`quick`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from local_runtime import layout
from local_runtime.platform import Platform
from local_runtime.provision import prometheus
from local_runtime.provision.cache import Cache

from tests.people import eventually
from tests.runbooks import OnCall, called_to

NOTICED_SECONDS = 60
"""A scrape each three seconds, the rule, two seconds of patience; and two cores that do other things beside."""
ENDED_SECONDS = 240
"""The longest look back, and as much again."""
SLOW = {"ApiSlow", "EventsLate", "RemindersLate"}
"""What a machine that is busy with other things fires by right."""
TARGETS = 12


class Observed:
    """What Prometheus and Alertmanager of a platform say; `on_call` runs the commands of runbooks."""

    def __init__(self, platform: Platform, on_call: OnCall) -> None:
        self.platform = platform
        self._on_call = on_call

    def fires(self, name: str, seconds: float = NOTICED_SECONDS, **labels: str) -> None:
        """Wait until an alert with these labels fires."""
        eventually(lambda: self.is_firing(name, **labels), seconds, f"{name} fires")

    def ends(self, name: str, seconds: float = ENDED_SECONDS, **labels: str) -> None:
        """Wait until no such alert fires."""
        eventually(lambda: not self.is_firing(name, **labels), seconds, f"{name} ends")

    def is_firing(self, name: str, **labels: str) -> bool:
        """Say whether an alert with these labels fires now."""
        wanted = {"alertname": name, **labels}.items()
        return any(wanted <= one.items() for one in self.firing())

    def firing(self) -> list[dict[str, str]]:
        """Return the labels of what fires."""
        return [one["labels"] for one in self.asked("alerts")["alerts"] if one["state"] == "firing"]

    def unexpected(self) -> set[str]:
        """Return which alerts fire that a healthy platform on a busy machine does not have."""
        return {one["alertname"] for one in self.firing()} - SLOW

    def finds(self, name: str, *causes: str, folder: Path | None = None, **named: str) -> str:
        """Run the first command of an alert's runbook as it stands there, and rely on its naming the causes."""
        said = self._on_call.run(name, folder=folder, **named)
        assert all(cause in said for cause in causes), f"the runbook of {name} does not find {causes}:\n{said}"
        return said

    def asked(self, what: str, **query: str) -> Any:
        """Ask the API of Prometheus."""
        return httpx.get(f"{self.platform.prometheus_url}/api/v1/{what}", params=query, timeout=10).json()["data"]

    def up(self) -> dict[tuple[str, str], str]:
        """Return (job, app) → "1" or "0"."""
        found = self.asked("query", query="up")["result"]
        return {(one["metric"]["job"], one["metric"]["app_id"]): one["value"][1] for one in found}

    def evaluated(self) -> list[dt.datetime]:
        """Return when each group of rules was asked the last time."""
        return [dt.datetime.fromisoformat(group["lastEvaluation"]) for group in self.asked("rules")["groups"]]

    def is_held_back(self, name: str) -> bool:
        """Say whether Alertmanager has such alerts, and each is inhibited by another."""
        there = httpx.get(f"{self.platform.alertmanager_url}/api/v2/alerts", timeout=10).json()
        found = [one for one in there if one["labels"]["alertname"] == name]
        return bool(found) and all(one["status"]["inhibitedBy"] for one in found)

    def has_mailed(self, to: str, about: str) -> bool:
        """Say whether somebody got a mail whose subject has these words."""
        mails = httpx.get(f"{self.platform.mail_url}/mails.json", params={"to": f"{to}@todo.example"}).json()
        return any(about in mail["subject"] for mail in mails)


@contextmanager
def observing(platform: Platform) -> Iterator[Observed]:
    """Start Prometheus and Alertmanager beside a platform, and wait until everything is scraped."""
    platform.observe(prometheus.observers(Cache(layout.cache_folder()), quick=True))
    with called_to(platform) as on_call:
        observed = Observed(platform, on_call)
        eventually(lambda: len(observed.up()) == TARGETS, NOTICED_SECONDS, "everything is scraped")
        yield observed
