"""Calls that were not answered: what only reads is asked again, in time; what changes something is not."""

from __future__ import annotations

import asyncio
from uuid import UUID

import httpx
import pytest
from dapr_edge.errors import CalleeUnavailable
from dapr_edge.invocation import Invoker
from dapr_edge.service_tokens import ServiceTokens
from event_contracts.edges import ADVANCE_SERIES, READ_HISTORY, Edge

USER = UUID(int=1)


class Sidecar:
    """Answers with the given statuses, the last one for ever, `seconds` after the question."""

    def __init__(self, *statuses: int, seconds: float = 0.0) -> None:
        self.statuses = list(statuses)
        self.seconds = seconds
        self.asked = 0

    async def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        try:
            await asyncio.wait_for(asyncio.Event().wait(), self.seconds)
        except TimeoutError:
            pass
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        return httpx.Response(status, content=b'{"errorCode":"ERR_DIRECT_INVOKE"}' if status == 500 else b"{}")


@pytest.fixture
def tokens(keys: dict[str, ServiceTokens]) -> ServiceTokens:
    return keys["todo-backend"]


def _ask(tokens: ServiceTokens, sidecar: Sidecar, edge: Edge = READ_HISTORY) -> httpx.Response:
    async def ask() -> httpx.Response:
        invoker = Invoker(3500, "token", tokens, transport=httpx.MockTransport(sidecar.answer))
        path = {"user_id": USER, "task_id": USER, "series_id": USER}
        try:
            return await invoker.call(edge, path, USER)
        finally:
            await invoker.close()

    return asyncio.run(ask())


def test_a_read_is_asked_again_until_it_is_answered(tokens: ServiceTokens) -> None:
    sidecar = Sidecar(500, 503, 200)
    assert (_ask(tokens, sidecar).status_code, sidecar.asked) == (200, 3)


def test_a_read_is_given_up_after_three_goes(tokens: ServiceTokens) -> None:
    sidecar = Sidecar(500)
    with pytest.raises(CalleeUnavailable, match="audit-service: status 500"):
        _ask(tokens, sidecar)
    assert sidecar.asked == 3


def test_a_change_is_asked_for_once(tokens: ServiceTokens) -> None:
    sidecar = Sidecar(500, 200)
    with pytest.raises(CalleeUnavailable):
        _ask(tokens, sidecar, ADVANCE_SERIES)
    assert sidecar.asked == 1


def test_what_the_callee_refuses_is_its_answer(tokens: ServiceTokens) -> None:
    sidecar = Sidecar(404, 200)
    assert (_ask(tokens, sidecar).status_code, sidecar.asked) == (404, 1)


def test_no_further_go_begins_when_it_would_come_too_late(tokens: ServiceTokens) -> None:
    edge = Edge(READ_HISTORY.caller, READ_HISTORY.callee, "GET", READ_HISTORY.route, "a hurry", 0.15)
    sidecar = Sidecar(500, seconds=0.06)
    with pytest.raises(CalleeUnavailable):
        _ask(tokens, sidecar, edge)
    assert sidecar.asked == 1
