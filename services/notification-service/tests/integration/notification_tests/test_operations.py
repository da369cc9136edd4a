"""The doors for operators are mounted: this service's consumer, and the relay of its ledger."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from dapr_edge.service_tokens import ServiceTokens
from event_contracts.operators import CONSUMER_DOORS, OPERATOR, RELAY_DOORS
from event_spine.records import Record
from local_runtime.keys import Keys
from notification_service.bootstrap import Process

from .person import APP_TOKEN

pytestmark = pytest.mark.integration
DOOR, RELAY = CONSUMER_DOORS["notification-service"], RELAY_DOORS["notification-service"].state


async def test_an_operator_sees_dead_letters_and_the_relay(process: Process, keys: Keys, owner: Any) -> None:
    await process.consumer.handle([Record("task-events", 0, 1, "k", b"not json")])
    tokens = ServiceTokens(OPERATOR, keys.service_key(OPERATOR), keys.service_keys)
    token = {"x-service-token": tokens.mint("notification-service", None)}
    transport = httpx.ASGITransport(process.inner)
    headers = {"dapr-api-token": APP_TOKEN}
    async with httpx.AsyncClient(transport=transport, base_url="http://inner", headers=headers) as inner:
        refused = [await inner.get(route) for route in (DOOR.dead_letters.route, RELAY.route)]
        letters = await inner.get(DOOR.dead_letters.route, headers=token)
        relay = await inner.get(RELAY.route, headers=token)

    assert [answer.status_code for answer in refused] == [401, 401]
    assert [(one["topic"], one["reason"]) for one in letters.json()["items"]] == [("task-events", "not_json")]
    assert (relay.json()["leader"], relay.json()["pending"]) == (None, 0)
