"""The door for operators is mounted, with this service's own consumer behind it."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from dapr_edge.service_tokens import ServiceTokens
from event_contracts.operators import CONSUMER_DOORS, OPERATOR
from event_spine.records import Record
from local_runtime.keys import Keys
from recurring_task_service.bootstrap import Process

from .conftest import APP_TOKEN

pytestmark = pytest.mark.integration
DOOR = CONSUMER_DOORS["recurring-task-service"]


async def test_an_operator_sees_the_dead_letters_of_this_consumer(process: Process, keys: Keys, owner: Any) -> None:
    await process.consumer.handle([Record("task-events", 0, 1, "k", b"not json")])
    token = ServiceTokens(OPERATOR, keys.service_key(OPERATOR), keys.service_keys).mint("recurring-task-service", None)
    transport = httpx.ASGITransport(process.inner)
    headers = {"dapr-api-token": APP_TOKEN}
    async with httpx.AsyncClient(transport=transport, base_url="http://inner", headers=headers) as inner:
        refused = await inner.get(DOOR.dead_letters.route)
        answer = await inner.get(DOOR.dead_letters.route, headers={"x-service-token": token})

    assert refused.status_code == 401
    assert [(one["topic"], one["reason"]) for one in answer.json()["items"]] == [("task-events", "not_json")]
