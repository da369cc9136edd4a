"""Channels through the real thing: a reminder comes to a mailbox and to a webhook, once, and the history says so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from local_runtime.platform import Platform
from standardwebhooks import Webhook

from tests import invariants
from tests.end_to_end.test_reminders import ahead, told
from tests.hooks import Hook, hooking
from tests.operators import FINE, Operator
from tests.people import Person, eventually
from tests.replicas import three_of


@pytest.fixture
def hook() -> Iterator[Hook]:
    with hooking() as state:
        yield state


def mails(platform: Platform, address: str) -> list[dict[str, Any]]:
    answer = httpx.get(f"{platform.mail_url}/mails.json", params={"to": address}, trust_env=False)
    return answer.raise_for_status().json()


def sent(platform: Platform, address: str) -> list[dict[str, Any]]:
    """Return the reminders that came: there may be a question beside, from before the account was known there."""
    return [mail for mail in mails(platform, address) if mail["subject"].startswith("Reminder")]


def add(person: Person, **channel: Any) -> dict[str, Any]:
    return person.ask("POST", "channels", 201, json={"name": "Mine", **channel}).json()


def add_own(person: Person) -> dict[str, Any]:
    """Add the account's own address, and wait until it is known there as that."""
    channel = add(person, kind="email", address=person.email)
    eventually(lambda: person.ask("GET", "channels", 200).json()["items"][0]["state"] == "working")
    return channel


def log(person: Person, channel: dict[str, Any]) -> list[dict[str, Any]]:
    return person.ask("GET", f"channels/{channel['id']}/deliveries", 200).json()["items"]


def test_a_reminder_comes_to_a_mailbox_and_a_webhook_once(
    platform: Platform, person: Person, hook: Hook, store: Any, brokers: str
) -> None:
    mailbox = add_own(person)
    webhook = add(person, kind="webhook", url=hook.url)
    with three_of(platform, "notification-service"):
        person.add("Pay <b>rent</b>", reminders=[{"at": ahead(2)}])
        eventually(lambda: hook.got and sent(platform, person.email), seconds=10, says="both came")
        assert eventually(lambda: told(person)) == ["Pay <b>rent</b>"]
        eventually(lambda: invariants.settled(store), seconds=30)
    [(headers, body)] = hook.got
    assert Webhook(webhook["secret"]).verify(body, headers)["data"]["title"] == "Pay <b>rent</b>"
    [mail] = sent(platform, person.email)
    assert mail["subject"] == "Reminder: Pay <b>rent</b>"
    assert "Pay &lt;b&gt;rent&lt;/b&gt;" in mail["html"]
    for channel in (mailbox, webhook):
        assert [(one["state"], one["tries"]) for one in log(person, channel)] == [("sent", 1)]
    told_of = eventually(
        lambda: (
            len(found := person.ask("GET", "history?event_type=todo.reminder.sent.v1", 200).json()["items"]) == 3
            and found
        ),
        says="the history has it for each channel",
    )
    assert len({one["event_id"] for one in told_of}) == 3
    assert invariants.i1_every_change_is_audited_once(store, brokers) == []
    assert invariants.i3_every_due_reminder_is_told_once(store, brokers, set()) == []


def test_one_click_in_the_mail_ends_it(platform: Platform, person: Person) -> None:
    channel = add_own(person)
    tried = person.ask("POST", f"channels/{channel['id']}/test", 200).json()
    assert tried["outcome"] == "sent", tried
    mail = mails(platform, person.email)[0]
    link = mail["headers"]["list-unsubscribe"].strip("<>")
    page = httpx.get(link, trust_env=False)
    assert (page.status_code, page.headers["referrer-policy"]) == (200, "no-referrer")
    assert person.ask("GET", "channels", 200).json()["items"][0]["enabled"], "opening it changes nothing"
    done = httpx.post(link, data={"List-Unsubscribe": "One-Click"}, trust_env=False)
    assert done.status_code == 200, done.text
    assert not person.ask("GET", "channels", 200).json()["items"][0]["enabled"]


def test_the_address_of_a_friend_asks_the_friend(platform: Platform, person: Person) -> None:
    friend = f"friend-of-{person.email}"
    channel = add(person, kind="email", address=friend)
    [question] = mails(platform, friend)
    [link] = re.findall(r"http://\S+/confirm\S+", question["text"])
    assert httpx.post(link[:-3] + "abc", trust_env=False).status_code == 422
    assert httpx.post(link, trust_env=False).status_code == 200
    [shown] = person.ask("GET", "channels", 200).json()["items"]
    assert (shown["id"], shown["state"]) == (channel["id"], "working")


def test_refusals_come_through_with_their_codes(person: Person) -> None:
    def refused(status: int, method: str, rest: str, **body: Any) -> str:
        return person.ask(method, rest, status, json=body or None).json()["code"]

    assert refused(422, "POST", "channels", kind="webhook", name="x", url="http://10.0.0.1/") == "address_refused"
    assert refused(422, "POST", "channels", kind="webhook", name="x\x00", url="http://127.0.0.1/") == "invalid"
    assert refused(422, "POST", "channels", kind="pigeon", name="x") == "invalid"
    unknown = "channels/00000000-0000-0000-0000-000000000000"
    assert refused(404, "PATCH", unknown, name="x") == "channel_not_found"
    assert refused(404, "POST", f"{unknown}/test") == "channel_not_found"


def test_an_operator_lists_and_requeues_what_was_given_up(platform: Platform, person: Person, hook: Hook) -> None:
    hook.status = 410
    webhook = add(person, kind="webhook", url=hook.url)
    person.add("Given up", reminders=[{"at": ahead(0.5)}])
    dead = eventually(lambda: [one for one in log(person, webhook) if one["state"] == "dead"])[0]
    operator = Operator(platform)
    listed = operator.told("deliveries", "list", "--limit", "200")
    assert dead["id"] in {one["id"] for one in listed["items"]}
    hook.status = 200
    assert operator.run("deliveries", "requeue", dead["id"]).returncode == FINE
    eventually(lambda: log(person, webhook)[0]["state"] == "sent")
    assert len(hook.got) == 2


def test_so_it_is_with_what_could_not_be_told_in_the_app(platform: Platform, person: Person, store: Any) -> None:
    """As if its row could not be written: the last try of it fails, too."""
    store.execute("ALTER TABLE notifications.messages ADD CONSTRAINT not_told CHECK (title <> 'Not told')")
    try:
        task = person.add("Not told", reminders=[{"at": ahead(0.5)}])
        mine = "notifications.attempts WHERE task_id = %s"
        eventually(lambda: store.execute(f"SELECT 1 FROM {mine} AND tries > 0", (task["id"],)).fetchone())
        store.execute(
            "UPDATE notifications.attempts SET tries = 4, not_before = clock_timestamp(), claim = NULL"
            " WHERE task_id = %s",
            (task["id"],),
        )
        eventually(lambda: store.execute(f"SELECT 1 FROM {mine} AND state = 'dead'", (task["id"],)).fetchone())
    finally:
        store.execute("ALTER TABLE notifications.messages DROP CONSTRAINT not_told")
    operator = Operator(platform)
    [dead] = [
        one
        for one in operator.told("deliveries", "list", "--lane", "in_app")["items"]
        if one["user_id"] == str(person.user_id)
    ]
    assert "not_told" in dead["reason"]
    assert operator.run("deliveries", "requeue", dead["id"]).returncode == FINE
    assert eventually(lambda: told(person)) == ["Not told"]
