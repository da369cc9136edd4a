"""The dialogues of tests/dialogues by a model that makes the calls they expect: real HTTP to it, real `/mcp`, a real
PostgreSQL. What the database holds after each line is the same that the built-in model has to leave.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import socket
from collections.abc import AsyncIterator, Iterator
from zoneinfo import ZoneInfo

import httpx
import pytest
import uvicorn
from actors import StateApi
from local_runtime.testing import Postgres
from todo_backend.bootstrap import build
from todo_backend.settings import BackendSettings

from tests.dialogues import scores
from tests.dialogues.days import zone_at_noon
from tests.dialogues.playing import Played, play
from tests.dialogues.reading import dialogues
from tests.dialogues.scripted import script_of, without_shown
from tests.scripted_model import ScriptedModel, scripted_model

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def model() -> Iterator[ScriptedModel]:
    with scripted_model() as running:
        yield running


@pytest.fixture
async def url(settings: BackendSettings, empty: Postgres, model: ScriptedModel) -> AsyncIterator[str]:
    """A backend on a port, told of the model, with a state store of the test's own."""
    backend = build(settings.model_copy(update={"chat_model_url": model.url, "chat_model": "scripted-1"}))
    store = backend.services.conversations._store
    store._client = httpx.AsyncClient(transport=httpx.MockTransport(StateApi()), base_url="http://sidecar/v1.0/state")
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(backend.open_app, log_level="warning", lifespan="off"))
    async with backend.inner_app.router.lifespan_context(backend.inner_app):
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = server.force_exit = True
        await serving


@pytest.mark.timeout(600)
@pytest.mark.parametrize("one_in", [8, pytest.param(1, marks=pytest.mark.long)])
async def test_a_model_that_makes_the_expected_calls_leaves_what_the_dialogues_say(
    url: str, model: ScriptedModel, one_in: int
) -> None:
    now = dt.datetime.now(dt.UTC)
    today = now.astimezone(ZoneInfo(zone_at_noon(now))).date()
    played: list[Played] = []
    for dialogue in dialogues("unseen.yaml", "tuned")[::one_in]:
        model.script = script_of(dialogue, today)
        played.append(await asyncio.to_thread(play, url, without_shown(dialogue), agrees=True))

    assert all(one.outcome == "right" for one in played), scores.told(played)
    assert len(model.requests) > len(played)
