"""kill -9, and silence, in the middle of a turn of the chat's model: done once, and the conversation goes on.

The model is scripted: it has made its call, which is committed, and thinks about what to say when the blow comes.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from local_runtime.platform import Platform

from tests.people import Person, eventually
from tests.scripted_model import ScriptedModel, Step, given_since, scripted_model

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]


@pytest.fixture
def model(platform: Platform) -> Iterator[ScriptedModel]:
    """A model that the backend is told of, for as long as the test lasts."""
    with scripted_model() as running:
        told = {"CHAT_MODEL_URL": running.url, "CHAT_MODEL": "scripted-1", "CHAT_MODEL_REQUEST_SECONDS": "5"}
        platform.kill("todo-backend", restart=False)
        platform.revive("todo-backend", **told)
        platform.wait_healthy(deadline=60)
        yield running
    platform.kill("todo-backend", restart=False)
    platform.revive("todo-backend")
    platform.wait_healthy(deadline=60)


def post(person: Person, line: str, message: str) -> httpx.Response:
    said = {"id": message, "role": "user", "parts": [{"type": "text", "text": line}]}
    with httpx.Client(base_url=person.base_url, timeout=60.0) as client:
        body: dict[str, Any] = {"id": "struck", "messages": [said]}
        return client.post(person.path("chat"), json=body, headers=person.headers)


@pytest.mark.parametrize("struck", ["todo-backend", "todo-backend-daprd", "the model falls silent"])
def test_a_turn_that_is_struck_is_done_once_and_the_conversation_goes_on(
    platform: Platform, base_url: str, model: ScriptedModel, struck: str
) -> None:
    person = Person.sign_up(base_url, timeout=60.0)
    model.requests.clear()

    def thinks(messages: list[dict[str, Any]]) -> Step:
        return Step(hangs=True) if given_since(messages) else Step(calls=[("add_task", {"title": "milk"})])

    model.script = thinks
    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(post, person, "please see to the milk", "m-1")
        eventually(lambda: len(model.requests) == 2 and len(person.tasks()) == 1, seconds=60, says="it has acted")
        if struck == "the model falls silent":
            model.says(Step(breaks_off=True))
        else:
            platform.kill(struck)
        failure = asking.exception()
    platform.wait_healthy(deadline=60)
    model.script = lambda messages: Step("Done.") if given_since(messages) else thinks(messages)

    again = eventually(lambda: ok if (ok := post(person, "please see to the milk", "m-1")).is_success else None, 60.0)
    model.says(Step("You have milk."))
    after = post(person, "what did I want?", "m-2")

    assert failure is None or isinstance(failure, httpx.HTTPError)
    assert again.text.endswith("data: [DONE]\n\n")
    assert after.text.count("milk") >= 1
    assert [task["title"] for task in person.tasks()] == ["milk"]
    kept = person.ask("GET", "chat/struck", 200).json()["messages"]
    assert [message["role"] for message in kept] == ["user", "assistant"] * 2
