"""What an operator is told of the relays of the backend's ledger."""

from __future__ import annotations

import httpx
import pytest
from actors import Person
from dapr_edge.service_tokens import HEADER, ServiceTokens
from event_contracts.operators import OPERATOR, RELAY_DOORS
from local_runtime.keys import Keys

pytestmark = pytest.mark.integration
RELAY = RELAY_DOORS["todo-backend"].state


async def test_what_is_pending_is_told_to_an_operator_only(ada: Person, inner: httpx.AsyncClient, keys: Keys) -> None:
    await ada.create("Waits for a relay")
    tokens = ServiceTokens(OPERATOR, keys.service_key(OPERATOR), keys.service_keys)

    refused = await inner.get(RELAY.route)
    told = (await inner.get(RELAY.route, headers={HEADER: tokens.mint("todo-backend", None)})).json()

    assert refused.status_code == 401
    assert (told["leader"], told["pending"], told["held_count"]) == (None, 2, 0)
    assert told["oldest_at"] < told["read_at"]
