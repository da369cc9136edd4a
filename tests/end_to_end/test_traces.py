"""One act is one trace: from the request through the ledger, Kafka, the recurring service and back."""

from __future__ import annotations

import json
import secrets
from typing import Any

from local_runtime.platform import Platform

from tests.people import Person, eventually


def test_the_successor_belongs_to_the_trace_of_the_completion(person: Person, store: Any, platform: Platform) -> None:
    trace_id = secrets.token_hex(16)
    task = person.add_repeating("Traced", "2030-01-01", "FREQ=DAILY")
    person.ask(
        "POST",
        f"tasks/{task['id']}/complete",
        200,
        json={},
        headers={"traceparent": f"00-{trace_id}-{secrets.token_hex(8)}-01"},
    )
    eventually(lambda: len(person.occurrences(task["series_id"])) == 2)
    rows = store.execute(
        "SELECT type, convert_from(record, 'UTF8')::jsonb ->> 'traceparent' FROM tasks.ledger"
        " WHERE user_id = %s ORDER BY change DESC LIMIT 2",
        (person.user_id,),
    ).fetchall()
    assert [(type_name, traceparent.split("-")[1]) for type_name, traceparent in rows] == [
        ("todo.task.created.v1", trace_id),
        ("todo.task.completed.v1", trace_id),
    ]
    log = platform.place.logs_folder / "recurring-task-service.log"
    eventually(lambda: trace_id in log.read_text(), says="the service's log names the trace")


def test_logs_are_json_and_hold_no_secret(platform: Platform, person: Person) -> None:
    person.add("A title nobody may read in a log")
    for app in ("todo-backend", "todo-relay", "recurring-task-service", "notification-service", "audit-service"):
        text = (platform.place.logs_folder / f"{app}.log").read_text()
        for line in filter(None, text.splitlines()):
            document = json.loads(line)
            assert {"time", "level", "message", "app_id"} <= set(document), line
        for secret in (person.access_token, person.refresh_token, "A title nobody may read in a log"):
            assert secret not in text
