"""The doors for operators are mounted: this service's consumer, and the relay of its ledger."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from dapr_edge.service_tokens import ServiceTokens
from event_contracts.operators import CONSUMER_DOORS, OPERATOR, RELAY_DOORS
from event_spine.records import Record
from local_runtime.keys import Keys
from notification_service.bootstrap import Process
from notification_service.sweeps.deliver import MOST_TRIES

from .person import APP_TOKEN, as_operator
from .story import Owner, Story, ago, messages, records, sent_events

pytestmark = pytest.mark.integration
DOOR, RELAY = CONSUMER_DOORS["notification-service"], RELAY_DOORS["notification-service"].state


async def test_an_operator_sees_dead_letters_and_the_relay(process: Process, keys: Keys, owner: Any) -> None:
    await process.consumer.handle([Record("task-events", 0, 1, "k", b"not json")])
    tokens = ServiceTokens(OPERATOR, keys.service_key(OPERATOR), keys.service_keys)
    token = {"x-service-token": tokens.mint("notification-service", None)}
    transport = httpx.ASGITransport(process.inner)
    headers = {"dapr-api-token": APP_TOKEN}
    async with httpx.AsyncClient(transport=transport, base_url="http://inner", headers=headers) as inner:
        refused = [await inner.get(route) for route in (DOOR.dead_letters.route, RELAY.route)]
        letters = await inner.get(DOOR.dead_letters.route, headers=token)
        relay = await inner.get(RELAY.route, headers=token)

    assert [answer.status_code for answer in refused] == [401, 401]
    assert [(one["topic"], one["reason"]) for one in letters.json()["items"]] == [("task-events", "not_json")]
    assert (relay.json()["leader"], relay.json()["pending"]) == (None, 0)


async def test_what_was_given_up_in_the_app_is_listed_and_requeued(process: Process, keys: Keys, owner: Owner) -> None:
    bad = Story(due=ago(1))
    await process.consumer.handle(records(bad.act("created", title="Bad")))
    owner.execute("ALTER TABLE notifications.messages ADD CONSTRAINT no_bad CHECK (title <> 'Bad')")
    try:
        for _ in range(MOST_TRIES):
            await process.deliverer.drain()
            owner.execute("UPDATE notifications.attempts SET not_before = clock_timestamp() WHERE state = 'queued'")
    finally:
        owner.execute("ALTER TABLE notifications.messages DROP CONSTRAINT no_bad")
    async with as_operator(process, keys) as operator:
        [dead] = (await operator.get("/operations/deliveries", params={"lane": "in_app"})).json()["items"]
        assert (dead["lane"], dead["kind"], dead["tries"], dead["channel_id"]) == (
            "in_app",
            "reminder",
            MOST_TRIES,
            None,
        )
        assert "no_bad" in dead["reason"]
        assert "title" not in dead, "an operator needs no titles"
        other = await operator.post("/operations/deliveries/requeue", json={"lane": "email/example.org", "by": "me"})
        answer = await operator.post("/operations/deliveries/requeue", json={"ids": [dead["id"]], "by": "me"})
        assert (other.json()["ids"], answer.json()) == ([], {"ids": [dead["id"]], "more": False})
        assert (await operator.get("/operations/deliveries")).json()["items"] == []
    await process.deliverer.drain()
    assert messages(owner) == [("Bad", False, True)]
    told = [(one["type"].split(".")[2], one["data"]["version"], one["subject"]) for one in sent_events(owner)]
    assert told == [("failed", 1, dead["id"]), ("sent", 2, dead["id"])], "versions of one thing, without a gap"


async def test_the_dead_of_all_channels_are_one_list_in_pages(process: Process, keys: Keys, owner: Owner) -> None:
    at = "timestamptz '2026-05-01Z' + n * interval '1 s'"
    owner.execute(
        "INSERT INTO notifications.attempts (user_id, task_id, reminder_id, revision, fire_at, channel, state,"
        " not_before, settled_at) SELECT gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 1,"
        f" {at}, 'in_app', 'dead', now(), {at} FROM generate_series(1, 5, 2) AS n"
    )
    owner.execute(
        "INSERT INTO notifications.deliveries (delivery_id, user_id, channel_id, lane, turn, key, kind, content, state,"
        " ready, settled_at) SELECT gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'webhook/x', 0, n::text,"
        f" 'reminder', '{{}}', 'dead', false, {at} FROM generate_series(2, 4, 2) AS n"
    )
    seconds: list[str] = []
    cursor: str | None = None
    async with as_operator(process, keys) as operator:
        while True:
            query = {"limit": 2} | ({} if cursor is None else {"cursor": cursor})
            page = (await operator.get("/operations/deliveries", params=query)).json()
            seconds += [one["settled_at"][17:19] for one in page["items"]]
            if (cursor := page["next_cursor"]) is None:
                break
        wrong = await operator.get("/operations/deliveries", params={"cursor": "x"})
        everything = await operator.post("/operations/deliveries/requeue", json={"all": True, "by": "me"})
    assert seconds == ["05", "04", "03", "02", "01"]
    assert (wrong.status_code, wrong.json()["code"]) == (422, "cursor_invalid")
    assert len(everything.json()["ids"]) == 5
