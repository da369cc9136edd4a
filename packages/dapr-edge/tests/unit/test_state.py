"""The state API's answers as they were seen of daprd 1.18 with state.postgresql v2, and what is made of them."""

from __future__ import annotations

import json

import httpx
import pytest
from dapr_edge.errors import StateConflict, StateUnavailable
from dapr_edge.state import ATTEMPTS, StateStore, Stored


def store_that(*answers: httpx.Response | Exception) -> tuple[StateStore, list[httpx.Request]]:
    """A store whose sidecar answers so, one after the other; the last one again and again."""
    seen: list[httpx.Request] = []

    def serve(request: httpx.Request) -> httpx.Response:
        answer = answers[min(len(seen), len(answers) - 1)]
        seen.append(request)
        if isinstance(answer, Exception):
            raise answer
        return answer

    store = StateStore(3501, "a-token")
    store._client = httpx.AsyncClient(transport=httpx.MockTransport(serve), base_url="http://sidecar/v1.0/state")
    return store, seen


async def test_a_value_comes_with_its_etag_and_none_without() -> None:
    there, seen = store_that(httpx.Response(200, json={"a": 1}, headers={"etag": "e1"}))
    nothing, _ = store_that(httpx.Response(204))

    assert await there.get("a/b c") == Stored({"a": 1}, "e1")
    assert await nothing.get("key") == Stored(None, None)
    assert seen[0].url.raw_path == b"/v1.0/state/statestore/a%2Fb%20c?consistency=strong"


async def test_a_write_names_what_it_writes_over_and_how_long_it_lasts() -> None:
    store, seen = store_that(httpx.Response(204))

    await store.save("key", [1], "e1", 60)
    await store.save("key", [1], None, 60)

    [over], [first] = (json.loads(request.content) for request in seen)
    assert (over["etag"], over["options"]["concurrency"]) == ("e1", "first-write")
    assert over["metadata"] == {"ttlInSeconds": "60"}
    assert "etag" not in first
    assert first["options"]["concurrency"] == "first-write"


NOT_FIRST = "failed saving state in state store statestore: no item was updated"
CONFLICT = {"errorCode": "ERR_STATE_SAVE", "message": NOT_FIRST}


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (httpx.Response(409, json={"errorCode": "ERR_STATE_SAVE"}), StateConflict),
        (httpx.Response(500, json=CONFLICT), StateConflict),
        (httpx.Response(500, json={"errorCode": "ERR_STATE_SAVE", "message": "no connection"}), StateUnavailable),
        (httpx.Response(400, json={"errorCode": "ERR_STATE_STORE_NOT_FOUND"}), StateUnavailable),
        (httpx.ConnectError("refused"), StateUnavailable),
        (httpx.ReadTimeout("slow"), StateUnavailable),
    ],
)
async def test_a_refusal_says_whether_somebody_else_wrote_or_the_store_is_away(
    answer: httpx.Response | Exception, error: type[Exception]
) -> None:
    store, _ = store_that(answer)

    with pytest.raises(error):
        await store.save("key", 1, "e1", 60)


@pytest.mark.parametrize("answer", [httpx.Response(500, json={}), httpx.ConnectError("refused")])
async def test_a_read_that_failed_is_no_empty_value(answer: httpx.Response | Exception) -> None:
    store, _ = store_that(answer)

    with pytest.raises(StateUnavailable):
        await store.get("key")


async def test_a_change_is_made_again_over_what_somebody_else_has_written() -> None:
    store, seen = store_that(
        httpx.Response(200, json=1, headers={"etag": "e1"}),
        httpx.Response(409, json={"errorCode": "ERR_STATE_SAVE"}),
        httpx.Response(200, json=5, headers={"etag": "e2"}),
        httpx.Response(204),
    )

    assert await store.change("key", lambda value: value + 1, 60) == 5
    [first], [second] = (json.loads(request.content) for request in seen if request.method == "POST")
    assert [(one["value"], one["etag"]) for one in (first, second)] == [(2, "e1"), (6, "e2")]


async def test_a_change_that_wants_nothing_writes_nothing_and_one_that_never_ends_is_given_up() -> None:
    store, seen = store_that(httpx.Response(200, json=1, headers={"etag": "e1"}))
    assert await store.change("key", lambda _: None, 60) == 1
    assert [request.method for request in seen] == ["GET"]

    read, taken = httpx.Response(200, json=1, headers={"etag": "e1"}), httpx.Response(409)
    store, seen = store_that(*[read, taken] * ATTEMPTS)
    with pytest.raises(StateConflict):
        await store.change("key", lambda value: value, 60)
    assert len(seen) == 2 * ATTEMPTS
