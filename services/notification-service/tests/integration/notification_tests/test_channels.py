"""Channels: kept for their owner alone, their secrets sealed, at most so many, and gone with the account."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from event_contracts.identifiers import uuid7
from local_runtime.keys import Keys
from notification_service.bootstrap import Process, build
from notification_service.channels.channel import MOST
from notification_service.settings import Settings

from .counterparts import receiving
from .person import Person, at_the_door
from .story import Owner, ago, records, user_event

pytestmark = pytest.mark.integration
SECRET = "whsec_" + "QUJD" * 12


def put_first(file: Path, keep: int = 9) -> None:
    """Put a new key before those that are there, of which some are kept."""
    before = file.read_text().splitlines() if file.exists() else []
    file.write_text("\n".join([Fernet.generate_key().decode(), *before[:keep]]))


async def test_what_is_secret_is_shown_once_or_never_and_sealed(person: Person, owner: Owner) -> None:
    made = await person.webhook("http://127.0.0.1:9/token-in-the-path")
    given = await person.webhook("http://127.0.0.1:8/", secret=SECRET)
    assert made["secret"].startswith("whsec_")
    assert given["secret"] is None
    listed = (await person.ask("GET")).text
    for secret in (made["secret"], SECRET, "token-in-the-path"):
        assert secret not in listed
    kept = owner.execute("SELECT * FROM notifications.channels").fetchall()
    assert "token-in-the-path" not in str(kept)
    assert SECRET not in str(kept)
    assert (await person.channel(made["id"]))["config"] == {"host": "http://127.0.0.1:9"}


async def test_nobody_reaches_a_channel_of_somebody_else(person: Person) -> None:
    channel = (await person.webhook("http://127.0.0.1:9/"))["id"]
    other = person.other()
    assert (await other.ask("GET")).json()["items"] == []
    for method, path, body in (
        ("PATCH", "", {"name": "Yours"}), ("DELETE", "", None), ("POST", "/test", None), ("GET", "/deliveries", None),
        ("POST", "/rotate-secret", None), ("POST", f"/deliveries/{uuid7()}/replay", None),
    ):  # fmt: skip
        assert (await other.ask(method, f"/{channel}{path}", json=body)).status_code == 404, (method, path)
    token = {"x-service-token": person.tokens.mint("notification-service", other.user)}
    foreign = await person.http.get(f"/internal/users/{person.user}/channels", headers=token)
    assert foreign.status_code == 403


async def test_there_are_at_most_so_many_and_one_of_each(person: Person) -> None:
    for number in range(MOST):
        await person.webhook(f"http://127.0.0.1:9/{number}")
    again = await person.ask("POST", json={"kind": "webhook", "name": "x", "url": "http://127.0.0.1:9/0"})
    assert (again.status_code, again.json()["code"]) == (409, "channel_exists")
    more = await person.ask("POST", json={"kind": "webhook", "name": "x", "url": "http://127.0.0.1:9/more"})
    assert (more.status_code, more.json()["code"]) == (409, "too_many_channels")


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("ftp://example.org/", "address_invalid"), ("http://", "invalid"),
        ("http://user:pw@127.0.0.1/", "address_invalid"),
        ("http://127.0.0.1/#x", "address_invalid"), ("http://127.0.0.1:99999/", "address_invalid"),
        ("http://127.0.0.1/a b", "address_invalid"), ("http://exämple.org/", "address_invalid"),
        ("http://[::1]/", "address_refused"), ("http://2130706434/", "address_refused"),
        ("http://169.254.169.254/latest", "address_refused"),
    ],
)  # fmt: skip
async def test_bad_addresses_are_refused_in_words(person: Person, url: str, code: str) -> None:
    answer = await person.ask("POST", json={"kind": "webhook", "name": "x", "url": url})
    assert (answer.status_code, answer.json()["code"]) == (422, code), answer.text


async def test_a_channel_is_changed_and_taken_away(person: Person) -> None:
    channel = (await person.webhook("http://127.0.0.1:9/"))["id"]
    changed = (await person.ask("PATCH", f"/{channel}", json={"name": "New", "messages": ["digest", "digest"]})).json()
    assert (changed["name"], changed["messages"], changed["enabled"], changed["version"]) == (
        "New",
        ["digest"],
        True,
        2,
    )
    assert (await person.ask("PATCH", f"/{channel}", json={"kind": "email"})).status_code == 422
    assert (await person.ask("DELETE", f"/{channel}")).status_code == 204
    assert (await person.ask("DELETE", f"/{channel}")).status_code == 404


async def test_a_new_key_opens_what_the_old_one_sealed(
    person: Person, settings: Settings, keys: Keys, keys_file: Path
) -> None:
    async with receiving() as receiver:
        channel = (await person.webhook(receiver.url()))["id"]
        put_first(keys_file)
        renewed = build(settings)
        await renewed.pool.open()
        async with at_the_door(renewed, keys, person.user) as same:
            assert (await same.test(channel))["outcome"] == "sent"
        await renewed.pool.close()
        put_first(keys_file, keep=0)
        lost = build(settings)
        await lost.pool.open()
        async with at_the_door(lost, keys, person.user) as same:
            tried = await same.test(channel)
        await lost.pool.close()
        assert (tried["outcome"], len(receiver.got)) == ("failed", 1)
        assert "set the channel up again" in tried["detail"]


async def test_without_keys_there_are_no_channels_and_the_app_goes_on(settings: Settings, keys: Keys) -> None:
    bare = build(settings.model_copy(update={"channel_keys_file": None}))
    await bare.pool.open()
    async with at_the_door(bare, keys) as person:
        answer = await person.ask("POST", json={"kind": "webhook", "name": "x", "url": "http://127.0.0.1:9/"})
        assert (answer.status_code, answer.json()["code"]) == (409, "channels_unavailable")
        assert (await person.ask("GET")).json() == {"items": [], "available": [], "push_key": None}
    await bare.pool.close()


async def test_channels_go_with_the_account(process: Process, person: Person, owner: Owner) -> None:
    await person.webhook("http://127.0.0.1:9/")
    gone = user_event(person.user, 2, "deleted", deleted_at=ago(0).isoformat())
    await process.consumer.handle(records(user_event(person.user, 1, "created"), gone))
    assert owner.execute("SELECT count(*) FROM notifications.channels").fetchone() == (0,)
