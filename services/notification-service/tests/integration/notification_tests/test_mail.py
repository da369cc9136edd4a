"""E-mail against a real mail server with TLS and a password, and with its faults."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import httpx
import orjson
import pytest
from event_contracts import UserEventData
from local_runtime.keys import Keys
from notification_service.bootstrap import Process, build
from notification_service.projections.users import project_users
from notification_service.settings import Settings

from .mail_servers import PASSWORD, USER, MailServer, mail_server
from .person import Person, at_the_door
from .story import Owner, Story, records, user_event
from .telling import due_again

pytestmark = pytest.mark.integration
PUBLIC = "https://todo.example"


@pytest.fixture(params=["starttls", "tls"])
def security(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
async def server(tmp_path: Path, security: str) -> AsyncIterator[MailServer]:
    async with mail_server(tmp_path, security) as one:
        yield one


@pytest.fixture
def settings(settings: Settings, tmp_path: Path, server: MailServer, security: str) -> Settings:
    password = tmp_path / "smtp.password"
    password.write_text(f"{PASSWORD}\n")
    return settings.model_copy(
        update={
            "public_url": PUBLIC, "smtp_host": "127.0.0.1", "smtp_port": server.port,
            "smtp_security": security, "smtp_user": USER, "smtp_password_file": password,
            "smtp_ca_file": server.certificate, "mail_from": "reminders@todo.example", "send_seconds": 2.0,
        }
    )  # fmt: skip


@pytest.fixture
async def person(process: Process, keys: Keys) -> AsyncIterator[Person]:
    """Somebody whose account has the address ada@example.org."""
    async with at_the_door(process, keys) as one:
        await process.consumer.handle(records(user_event(one.user, 1, "created", email="ada@example.org")))
        yield one


async def follow(person: Person, purpose: str, link: str) -> httpx.Response:
    """Press the button behind a link."""
    token = {"x-service-token": person.tokens.mint("notification-service", None)}
    body = {"token": link.partition("token=")[2]}
    return await person.http.post(f"/internal/channels/{purpose}", json=body, headers=token)


async def test_a_reminder_comes_as_text_and_html_over_tls(
    process: Process, person: Person, server: MailServer, owner: Owner
) -> None:
    channel = await person.add(kind="email", address="Ada@example.org")
    assert channel["state"] == "working", "the account's own address needs no question"
    story = Story(user=person.user)
    await process.consumer.handle(records(story.act("created", title='<b>Pay</b> & "rent"\r\nBcc: all@example.org')))
    await process.deliverer.drain()
    await process.sender.drain()
    [(to, mail)] = server.got
    assert (to, server.secure) == ("Ada@example.org", [True])
    assert mail["Subject"] == 'Reminder: <b>Pay</b> & "rent" Bcc: all@example.org'
    assert mail["Bcc"] is None
    text, page = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert page is not None
    assert '<b>Pay</b> & "rent"' in text.get_content()
    assert "&lt;b&gt;Pay&lt;/b&gt; &amp; &quot;rent&quot;" in page.get_content()
    assert "<b>" not in page.get_content()
    assert re.fullmatch(r"<[0-9a-f]{32}@todo\.example>", mail["Message-ID"])
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = mail["List-Unsubscribe"].strip("<>")
    assert link.startswith(f"{PUBLIC}/api/channels/unsubscribe?token=")
    assert (await follow(person, "unsubscribe", link)).status_code == 200
    assert (await person.channel(channel["id"]))["enabled"] is False
    assert [one["state"] for one in await person.log(channel["id"])] == ["sent"]


async def test_the_same_message_has_the_same_id_at_each_try(
    process: Process, person: Person, server: MailServer, owner: Owner
) -> None:
    server.refuses["ada@example.org"] = "451 try again later"
    channel = await person.add(kind="email", address="ada@example.org")
    await process.consumer.handle(records(Story(user=person.user).act("created")))
    await process.deliverer.drain()
    await process.sender.drain()
    [logged] = await person.log(channel["id"])
    assert (logged["state"], logged["reason"]) == ("failed", "the mailbox was refused: 451 try again later")
    server.refuses.clear()
    due_again(owner)
    await process.sender.drain()
    answer = await person.ask("POST", f"/{channel['id']}/deliveries/{logged['id']}/replay")
    assert answer.status_code == 202
    await process.sender.drain()
    assert len({mail["Message-ID"] for _, mail in server.got}) == 1
    assert len(server.got) == 2


async def test_one_bad_mailbox_stops_no_other(process: Process, person: Person, server: MailServer, keys: Keys) -> None:
    server.refuses["gone@example.org"] = "550 no such mailbox"
    others = [person.other() for _ in range(3)]
    addresses = ["gone@example.org", "bob@example.org", "eve@example.org"]
    for number, (other, address) in enumerate(zip(others, addresses, strict=True)):
        await process.consumer.handle(records(user_event(other.user, 1, "created", email=address)))
        await other.add(kind="email", address=address)
        await process.consumer.handle(records(Story(user=other.user).act("created", title=f"Task {number}")))
    await process.deliverer.drain()
    await process.sender.drain()
    assert sorted(to for to, _ in server.got) == ["bob@example.org", "eve@example.org"]
    [dead] = (await others[0].ask("GET")).json()["items"]
    assert (dead["state"], dead["reason"]) == ("dead", "the mailbox was refused: 550 no such mailbox")


async def test_a_mail_server_that_takes_it_and_stalls_costs_its_time(
    process: Process, person: Person, server: MailServer
) -> None:
    server.stalls.add("ada@example.org")
    channel = await person.add(kind="email", address="ada@example.org")
    tried = await asyncio.wait_for(person.test(channel["id"]), 5)
    assert tried["outcome"] == "failed"
    assert tried["detail"] == "the mail server did not answer within 2 s"


async def test_an_address_of_somebody_else_is_asked_first(process: Process, person: Person, server: MailServer) -> None:
    channel = await person.add(kind="email", address="friend@example.net")
    assert channel["state"] == "unconfirmed"
    await process.consumer.handle(records(Story(user=person.user).act("created")))
    await process.deliverer.drain()
    await process.sender.drain()
    [(to, question)] = server.got
    assert (to, question["Subject"]) == ("friend@example.net", "Shall reminders come to this address?")
    assert "Pay rent" not in question.as_string()
    refused = await person.ask("POST", f"/{channel['id']}/test")
    assert (refused.status_code, refused.json()["code"]) == (409, "channel_not_confirmed")
    text = question.get_body(("plain",))
    assert text is not None
    link = re.search(r"https://\S+", text.get_content())
    assert link is not None
    forged = await follow(person, "unsubscribe", link[0])
    assert (forged.status_code, forged.json()["code"]) == (422, "link_invalid"), "a link is for one purpose"
    assert (await follow(person, "confirm", link[0])).status_code == 200
    assert (await person.channel(channel["id"]))["state"] == "working"
    await person.test(channel["id"])
    assert len(server.got) == 2


async def test_the_own_address_that_was_added_before_the_account_was_known(
    process: Process, person: Person, server: MailServer
) -> None:
    early = person.other()
    channel = await early.add(kind="email", address="Early@example.org")
    assert channel["state"] == "unconfirmed"
    await process.consumer.handle(records(user_event(early.user, 1, "created", email="early@example.org")))
    assert (await early.channel(channel["id"]))["state"] == "working"


async def test_the_own_address_that_is_added_in_the_moment_in_which_the_account_becomes_known(
    process: Process, person: Person, server: MailServer, owner: Owner
) -> None:
    early = person.other()
    told = orjson.loads(user_event(early.user, 1, "created", email="early@example.org"))["data"]
    event = SimpleNamespace(data=UserEventData.model_validate(told))
    async with process.pool.connection() as connection, connection.transaction():
        await project_users(connection, cast("Any", [event]))
        adding = asyncio.create_task(early.add(kind="email", address="early@example.org"))
        async with asyncio.timeout(5):
            while not owner.execute("SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted").fetchall():
                await asyncio.sleep(0.01)
    assert (await adding)["state"] == "working"


async def test_who_asks_many_addresses_is_told_to_wait(process: Process, person: Person, server: MailServer) -> None:
    for number in range(10):
        made = await person.add(kind="email", address=f"friend{number}@example.net")
        await person.ask("DELETE", f"/{made['id']}")
    answer = await person.ask("POST", json={"kind": "email", "name": "x", "address": "one.more@example.net"})
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_questions")
    assert len(server.got) == 10


async def test_an_address_that_cannot_be_asked_is_not_kept(
    process: Process, person: Person, server: MailServer
) -> None:
    server.refuses["nobody@example.net"] = "550 unknown"
    answer = await person.ask("POST", json={"kind": "email", "name": "x", "address": "nobody@example.net"})
    assert (answer.status_code, answer.json()["code"]) == (409, "address_not_asked")
    assert (await person.ask("GET")).json()["items"] == []


@pytest.mark.parametrize(
    "address", ["ada", "a@b@c.org", "ada@example.org\r\nBcc: x@y.org", "ada@", "<ada@example.org>"]
)
async def test_what_is_no_address_is_refused(person: Person, address: str) -> None:
    answer = await person.ask("POST", json={"kind": "email", "name": "x", "address": address})
    assert (answer.status_code, answer.json()["code"]) == (422, "address_invalid")


async def test_a_certificate_that_nobody_vouches_for_gets_no_password(
    person: Person, settings: Settings, keys: Keys, server: MailServer
) -> None:
    await person.add(kind="email", address="ada@example.org")
    trusting_nobody = build(settings.model_copy(update={"smtp_ca_file": None}))
    await trusting_nobody.pool.open()
    async with at_the_door(trusting_nobody, keys, person.user) as same:
        [channel] = (await same.ask("GET")).json()["items"]
        tried = await same.test(channel["id"])
    await trusting_nobody.pool.close()
    assert tried["outcome"] == "failed"
    assert "no connection to the mail server" in tried["detail"]
    assert server.got == []
