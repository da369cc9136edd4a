"""Errors at the HTTP edge are problem documents; bodies have a limit that Content-Length cannot talk away."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

import httpx
import pytest
from fastapi import Body, FastAPI
from pydantic import BaseModel, ConfigDict
from service_kit.limits import BodyLimit
from service_kit.problems import Problem, install_problems
from service_kit.refusals import REFUSED, door_of


class Thing(BaseModel):
    model_config = ConfigDict(extra="forbid")
    size: int


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    install_problems(app)

    @app.post("/things")
    async def make(thing: Annotated[Thing, Body()]) -> Thing:
        return thing

    @app.get("/own")
    async def own() -> None:
        raise Problem(409, "already_there", "It is there already.", where="here")

    @app.get("/defect")
    async def defect() -> None:
        raise RuntimeError("password=secret")

    transport = httpx.ASGITransport(BodyLimit(app, 1000), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://open") as opened:
        yield opened


async def _chunks() -> AsyncIterator[bytes]:
    for _ in range(3):
        yield b" " * 600


@pytest.mark.parametrize(
    ("request_", "status", "code"),
    [
        (("POST", "/things", {"content": b"{"}), 400, "malformed_json"),
        (("POST", "/things", {"json": {"size": "big"}}), 422, "invalid"),
        (("POST", "/things", {"json": {"size": 1, "colour": "red"}}), 422, "unknown_field"),
        (("POST", "/things", {"content": b" " * 2000}), 413, "body_too_large"),
        (("POST", "/things", {"content": _chunks}), 413, "body_too_large"),
        (("GET", "/things", {}), 405, "method_not_allowed"),
        (("GET", "/nowhere", {}), 404, "not_found"),
        (("GET", "/own", {}), 409, "already_there"),
        (("GET", "/defect", {}), 500, "internal_error"),
    ],
)
async def test_every_no_is_a_problem_document(
    client: httpx.AsyncClient, request_: tuple[str, str, dict[str, object]], status: int, code: str
) -> None:
    method, path, arguments = request_
    if callable(arguments.get("content")):
        arguments = {"content": _chunks(), "headers": {"content-type": "application/json"}}
    elif "content" in arguments:
        arguments = {**arguments, "headers": {"content-type": "application/json"}}
    answer = await client.request(method, path, **arguments)  # type: ignore[arg-type] - parametrised above
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status
    assert "secret" not in answer.text


async def test_refusals_are_counted_by_door_and_reason_and_answers_are_not(client: httpx.AsyncClient) -> None:
    before = _refused()
    await client.post("/things", json={"size": "big"})
    await client.post("/things", content=b" " * 2000)
    await client.get("/own")
    await client.get("/nowhere")
    await client.get("/made-up/by-a-stranger")
    counted = {key: count - before.get(key, 0) for key, count in _refused().items() if count != before.get(key, 0)}
    assert counted == {("other", "invalid"): 1, ("other", "body_too_large"): 1}


def test_each_path_belongs_to_one_of_few_doors() -> None:
    paths = ["/api/x/tasks", "/events/bulk", "/broadcast/reminders", "/internal/users/1", "/operations/relay", "/mcp"]
    assert [door_of(path) for path in paths] == ["rest", "events", "events", "internal", "operations", "mcp"]
    assert {door_of(path) for path in ("", "/", "//", "/x" * 1000, "/../api")} == {"other"}


def _refused() -> dict[tuple[str, str], float]:
    samples = [sample for family in REFUSED.collect() for sample in family.samples if sample.name.endswith("_total")]
    return {(sample.labels["door"], sample.labels["reason"]): sample.value for sample in samples}
