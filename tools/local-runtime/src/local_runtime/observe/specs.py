"""The three processes of an observed platform, and the files that they read."""

from __future__ import annotations

import sys
from typing import Final

import yaml

from local_runtime.platform.process import Spec
from local_runtime.provision.prometheus import Observers
from local_runtime.render import observing
from local_runtime.render.place import Place

PROMETHEUS: Final = "prometheus"
ALERTMANAGER: Final = "alertmanager"
STORES: Final = "stores-exporter"


def write(place: Place, *, quick: bool) -> None:
    """Write the configurations and rules of this place."""
    folder = place.observe_folder
    rules = folder / "rules"
    rules.mkdir(parents=True, exist_ok=True)
    for old in rules.glob("*.yaml"):
        old.unlink()
    for name, text in observing.rules(quick=quick).items():
        (rules / name).write_text(text)
    alertmanager = f"127.0.0.1:{place.alertmanager_port}"
    scraping = observing.scraping(
        observing.at(place), rules="rules/*.yaml", alertmanager=alertmanager, every="3s" if quick else "5s"
    )
    alerting = observing.alerting(f"127.0.0.1:{place.mail_port}", quick=quick)
    for name, document in (("prometheus.yaml", scraping), ("alertmanager.yaml", alerting)):
        (folder / name).write_text(yaml.safe_dump(document, sort_keys=False))


def specs(place: Place, programs: Observers, database_url: str) -> list[Spec]:
    """The processes. `database_url` is the superuser's address of `todo`: statistics of all schemas are its alone."""
    folder, logs = place.observe_folder, place.logs_folder
    return [
        Spec(
            name=STORES,
            command=[sys.executable, "-m", "local_runtime.observe.stores"],
            env={
                "DATABASE_URL": database_url,
                "KAFKA_BROKERS": place.brokers,
                "DATA_FOLDER": str(place.folder),
                "PORT": str(place.stores_port),
            },
            log=logs / f"{STORES}.log",
            health=f"http://127.0.0.1:{place.stores_port}/metrics",
            ports={"metrics": place.stores_port},
        ),
        Spec(
            name=PROMETHEUS,
            command=[
                str(programs.prometheus),
                f"--config.file={folder}/prometheus.yaml",
                f"--storage.tsdb.path={folder}/prometheus",
                "--storage.tsdb.retention.time=2d",
                f"--web.listen-address=127.0.0.1:{place.prometheus_port}",
                "--enable-feature=exemplar-storage",
                "--log.format=json",
            ],
            log=logs / f"{PROMETHEUS}.log",
            health=f"http://127.0.0.1:{place.prometheus_port}/-/ready",
            ports={"open": place.prometheus_port},
        ),
        Spec(
            name=ALERTMANAGER,
            command=[
                str(programs.alertmanager),
                f"--config.file={folder}/alertmanager.yaml",
                f"--storage.path={folder}/alertmanager",
                f"--web.listen-address=127.0.0.1:{place.alertmanager_port}",
                "--cluster.listen-address=",  # alone: no gossip
                "--log.format=json",
            ],
            log=logs / f"{ALERTMANAGER}.log",
            health=f"http://127.0.0.1:{place.alertmanager_port}/-/ready",
            ports={"open": place.alertmanager_port},
        ),
    ]
