"""Apprise against servers that speak ntfy's and JSON's protocols, through the same guard as everything else."""

from __future__ import annotations

import base64
import json
import logging

import pytest
from aiohttp import web
from local_runtime.keys import Keys
from notification_service.bootstrap import Process, build
from notification_service.settings import Settings

from .counterparts import Receiver, receiving
from .person import Person, at_the_door
from .story import Owner, Story, records

pytestmark = pytest.mark.integration


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"send_seconds": 3.0})


async def test_a_topic_of_ntfy_gets_the_reminder(process: Process, person: Person, receiver: Receiver) -> None:
    url = f"ntfy://ada:hidden@127.0.0.1:{receiver.port}/my-topic"
    channel = await person.add(kind="apprise", url=url)
    await process.consumer.handle(records(Story(user=person.user).act("created")))
    await process.deliverer.drain()
    await process.sender.drain()
    [got] = receiver.got
    told = json.loads(got.body)
    assert (told["topic"], told["message"]) == ("my-topic", "Pay rent")
    assert got.headers["authorization"] == f"Basic {base64.b64encode(b'ada:hidden').decode()}"
    assert [one["state"] for one in await person.log(channel["id"])] == ["sent"]


async def test_a_json_target_gets_the_reminder(process: Process, person: Person, receiver: Receiver) -> None:
    channel = await person.add(kind="apprise", url=f"json://127.0.0.1:{receiver.port}/in")
    assert (await person.test(channel["id"]))["outcome"] == "sent"
    [got] = receiver.got
    assert json.loads(got.body)["message"] == "This is a test. Reminders come here."


async def test_what_is_secret_of_a_target_is_shown_logged_and_kept_nowhere(
    person: Person, receiver: Receiver, owner: Owner, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    receiver.answer = lambda _: web.Response(status=500)
    channel = await person.add(kind="apprise", url=f"ntfy://ada:hidden@127.0.0.1:{receiver.port}/my-topic")
    assert (await person.test(channel["id"]))["outcome"] == "failed"
    kept = str(owner.execute("SELECT * FROM notifications.channels").fetchall())
    shown = [(await person.ask("GET")).text, caplog.text, kept]
    for secret in ("hidden", "my-topic"):
        assert not [place for place in shown if secret in place]
    assert channel["config"] == {"target": f"ntfy://127.0.0.1:{receiver.port}"}


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("file:///etc/passwd", "target_invalid"), ("mailto://a:b@example.org", "target_invalid"),
        ("json://example.org/?rto=900", "target_invalid"), ("ntfy:///", "target_invalid"),
        ("syslog://", "target_invalid"), ("json://10.0.0.1/", "address_refused"), ("json://[::1]/", "address_refused"),
    ],
)  # fmt: skip
async def test_targets_that_are_not_let_in(person: Person, url: str, code: str) -> None:
    answer = await person.ask("POST", json={"kind": "apprise", "name": "x", "url": url})
    assert (answer.status_code, answer.json()["code"]) == (422, code), answer.text


async def test_a_private_address_is_refused_at_the_moment_of_connecting(
    process: Process, person: Person, receiver: Receiver, settings: Settings, keys: Keys
) -> None:
    channel = await person.add(kind="apprise", url=f"json://localhost:{receiver.port}/in")
    strict = build(settings.model_copy(update={"allowed_networks": ""}))
    await strict.pool.open()
    async with at_the_door(strict, keys, person.user) as same:
        tried = await same.test(channel["id"])
    await strict.pool.close()
    assert tried["detail"] == "localhost is at a private address, which is not sent to."
    assert receiver.got == []
    assert (await person.test(channel["id"]))["outcome"] == "sent", "the guard is that of each sender"


async def test_no_proxy_of_the_environment_is_asked(
    person: Person, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with receiving() as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url(""))
        monkeypatch.setenv("http_proxy", proxy.url(""))
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        channel = await person.add(kind="apprise", url=f"json://127.0.0.1:{receiver.port}/in")
        assert (await person.test(channel["id"]))["outcome"] == "sent"
        assert (proxy.got, len(receiver.got)) == ([], 1)


async def test_a_redirect_is_not_followed(person: Person, receiver: Receiver) -> None:
    async with receiving() as secret:
        receiver.answer = lambda _: web.Response(status=307, headers={"location": secret.url()})
        channel = await person.add(kind="apprise", url=f"json://127.0.0.1:{receiver.port}/in")
        assert (await person.test(channel["id"]))["outcome"] == "failed"
        assert secret.got == []


async def test_a_target_that_stalls_costs_its_time(person: Person, receiver: Receiver) -> None:
    receiver.answer = receiver.stall
    channel = await person.add(kind="apprise", url=f"json://127.0.0.1:{receiver.port}/in")
    assert (await person.test(channel["id"]))["outcome"] == "failed"
