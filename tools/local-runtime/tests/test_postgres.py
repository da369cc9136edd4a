from __future__ import annotations

import socket
from pathlib import Path

import psycopg
import pytest
from local_runtime import database, ports
from local_runtime.errors import PartFailedError
from local_runtime.postgres import UNDURABLE, Cluster
from local_runtime.testing import Postgres

pytestmark = pytest.mark.integration


def test_each_role_logs_in_and_stays_in_its_own_schema(postgres: Postgres) -> None:
    for schema in database.SCHEMAS:
        with psycopg.connect(postgres.owner_url(schema)) as owner:
            assert owner.execute("SHOW search_path").fetchone() == ("pg_catalog",)
            owner.execute(f"CREATE TABLE {schema}.probe (id int)")
    for schema in database.SCHEMAS:
        for other in database.SCHEMAS:
            with (
                psycopg.connect(postgres.app_url(schema)) as app,
                pytest.raises(psycopg.errors.InsufficientPrivilege),
            ):
                app.execute(f"TABLE {other}.probe")
    for schema in database.SCHEMAS:
        with psycopg.connect(postgres.owner_url(schema)) as owner:
            owner.execute(f"DROP TABLE {schema}.probe")


def test_preparing_a_second_time_changes_nothing_and_a_wrong_password_is_refused(postgres: Postgres) -> None:
    database.prepare(postgres.superuser_url, postgres.passwords)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(database.url(postgres.superuser_url, "tasks_app", "wrong"))


def test_a_stopped_server_keeps_its_data_and_a_taken_port_is_one_sentence(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path / "data", ports.any_free(), "secret", dict(UNDURABLE))
    cluster.start()
    with psycopg.connect(cluster.superuser_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (id int)")
    cluster.stop()
    assert not cluster.is_ready()
    with socket.socket() as squatter:
        # As any server does: connections of the stopped one that linger (TIME_WAIT) hold no port against it.
        squatter.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        squatter.bind(("127.0.0.1", cluster.port))
        squatter.listen()
        with pytest.raises(PartFailedError, match=f"did not start on port {cluster.port}"):
            cluster.start(deadline=5)
    cluster.start()
    with psycopg.connect(cluster.superuser_url) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)
    cluster.stop()
