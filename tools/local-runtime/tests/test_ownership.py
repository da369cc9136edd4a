from __future__ import annotations

import multiprocessing
import socket
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from event_contracts.apps import APPS
from local_runtime.errors import AlreadyRunningError, PortTakenError
from local_runtime.platform.ownership import Ownership, owner, read_state, require_free
from local_runtime.ports import any_free
from local_runtime.render.place import Place


def hold(folder: Path, pipe: Connection) -> None:
    claim = Ownership(folder)
    claim.take()
    claim.publish({"phase": "ready", "processes": []})
    pipe.send("held")
    pipe.recv()


def test_a_second_launcher_is_refused_with_a_sentence_and_harms_nothing(tmp_path: Path) -> None:
    here, there = multiprocessing.get_context("spawn").Pipe()
    other = multiprocessing.get_context("spawn").Process(target=hold, args=(tmp_path, there))
    other.start()
    assert here.recv() == "held"
    late = Ownership(tmp_path)
    with pytest.raises(AlreadyRunningError, match=f"runs already \\(process {other.pid}\\).*make down"):
        late.take()
    late.release()
    assert read_state(tmp_path)["phase"] == "ready"
    assert owner(tmp_path) == other.pid
    other.kill()
    other.join()
    late.take()  # a killed owner's lock is gone with it
    late.release()
    assert owner(tmp_path) is None


def test_a_taken_port_is_one_sentence_that_names_the_port_and_the_way_out() -> None:
    with socket.socket() as squatter:
        squatter.bind(("127.0.0.1", 0))
        squatter.listen()
        port = squatter.getsockname()[1]
        with pytest.raises(PortTakenError, match=rf"Port {port} \(for Kafka\) is taken.*OFFSET=") as refused:
            require_free({port: "Kafka", any_free(): "PostgreSQL"})
    assert str(refused.value).count("\n") == 0


def test_all_ports_of_a_platform_differ_also_from_those_of_its_replicas_and_of_the_tests() -> None:
    def everything(place: Place) -> list[int]:
        replicas = [place.app(app, replica) for app in APPS for replica in (1, 2, 3)]
        of_replicas = [
            port
            for app in replicas
            for port in (
                app.open_port,
                app.app_port,
                app.sidecar.http,
                app.sidecar.grpc,
                app.sidecar.internal_grpc,
                app.sidecar.metrics,
            )
            if port is not None
        ]
        return [*place.ports(), *of_replicas]

    ports = [*everything(Place()), *everything(Place(10_000))]
    assert len(ports) == len(set(ports))
    stores_and_mail = 3 + 2
    assert len(Place().ports()) == stores_and_mail + sum(5 if app.app_port is None else 6 for app in APPS.values())
