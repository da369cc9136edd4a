"""`python -m local_runtime.containers.setup`: what has to be there before the first app starts; may be run again.

Settings: DATABASE_SUPERUSER_URL, PASSWORDS_FILE (JSON: role → password, and `superuser`), KAFKA_BROKERS,
TOPIC_REPLICATION (1), NAMES_FILE (absent where sidecars find each other otherwise).
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from confluent_kafka import KafkaException

from local_runtime import database, topics
from local_runtime.errors import LocalRuntimeError

T = TypeVar("T")
PATIENCE: Final = 90.0
"""Seconds that database and broker may take to answer."""


def main() -> int:
    """Prepare all; say a line for each, or one sentence about what is in the way."""
    try:
        passwords = json.loads(Path(os.environ["PASSWORDS_FILE"]).read_text())
        url = _with_password(os.environ["DATABASE_SUPERUSER_URL"], passwords["superuser"])
        brokers = os.environ["KAFKA_BROKERS"]
    except (KeyError, OSError, ValueError) as wrong:
        print(f"The setting {wrong} is missing or cannot be read.", file=sys.stderr)
        return 2
    try:
        _waiting("PostgreSQL", psycopg.OperationalError, lambda: database.prepare(url, passwords))
        print("database: roles and schemas are there", flush=True)
        replication = int(os.environ.get("TOPIC_REPLICATION", "1"))
        made = _waiting("the broker", KafkaException, lambda: topics.make(brokers, replication))
        print(f"broker: {len(made)} new topics", flush=True)
    except LocalRuntimeError as wrong:
        print(wrong, file=sys.stderr)
        return 1
    names = os.environ.get("NAMES_FILE")
    if names:
        with closing(sqlite3.connect(names)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")  # before several sidecars do it at once
    return 0


def _waiting(what: str, not_yet: type[Exception], act: Callable[[], T]) -> T:
    give_up = time.monotonic() + PATIENCE
    while True:
        try:
            return act()
        except not_yet as refused:
            if time.monotonic() > give_up:
                raise LocalRuntimeError(f"{what} does not answer after {PATIENCE:.0f} s: {refused}") from refused
            time.sleep(0.5)


def _with_password(url: str, password: str) -> str:
    parts = urlsplit(url)
    where = f"{parts.username}:{quote(password, safe='')}@{parts.hostname}:{parts.port or 5432}"
    return urlunsplit((parts.scheme, where, parts.path, parts.query, ""))


if __name__ == "__main__":
    sys.exit(main())
