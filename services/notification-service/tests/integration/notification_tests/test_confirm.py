"""The backend's word just before sending: send, drop, replan, or silence; and what comes late comes as one."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import pytest
from event_contracts.identifiers import uuid7
from notification_service.bootstrap import Process, build
from notification_service.settings import Settings

from .conftest import Backend
from .story import Owner, Story, ago, attempts, messages, queued, records, sent_events

pytestmark = pytest.mark.integration


async def test_the_title_is_the_one_of_this_moment(process: Process, owner: Owner, backend: Backend) -> None:
    backend.decide = lambda _: {"decision": "send", "title": "Pay the new rent"}
    await process.consumer.handle(records(Story().act("created")))
    await process.deliverer.drain()
    assert messages(owner) == [("Pay the new rent", False, True)]


async def test_what_was_done_a_moment_ago_is_dropped_and_comes_back_when_it_is_reopened(
    process: Process, owner: Owner, backend: Backend
) -> None:
    story = Story()
    await process.consumer.handle(records(story.act("created")))
    backend.decide = lambda _: {"decision": "drop", "reason": "done"}
    await process.deliverer.drain()
    assert (messages(owner), attempts(owner)) == ([], [("dropped", "done")])
    await process.deliverer.drain()
    assert len(backend.asked) == 1, "no loop of asking and dropping"
    backend.decide = lambda _: {"decision": "send"}
    await process.consumer.handle(records(story.completed(), story.reopened()))
    await process.deliverer.drain()
    assert messages(owner) == [("Pay rent", False, True)]


async def test_moved_a_second_before_it_fires_at_its_new_instant(
    process: Process, owner: Owner, backend: Backend
) -> None:
    story = Story()
    await process.consumer.handle(records(story.act("created")))
    backend.decide = lambda _: {"decision": "replan", "version": 2}
    await process.deliverer.drain()
    assert (messages(owner), attempts(owner)) == ([], [("dropped", "moved in version 2")])
    backend.decide = lambda _: {"decision": "send"}
    await process.consumer.handle(records(story.moved(ago(0.1))))
    await process.deliverer.drain()
    assert len(messages(owner)) == 1
    assert [state for state, _ in attempts(owner)] == ["dropped", "sent"]


@pytest.mark.parametrize("answer", [{"decision": "replan", "version": 2}, {"decision": "drop", "reason": "done"}])
async def test_back_at_its_old_instant_while_the_backend_was_thinking_it_is_not_lost(
    process: Process, owner: Owner, backend: Backend, answer: dict[str, Any]
) -> None:
    story = Story()
    await process.consumer.handle(records(story.act("created")))
    backend.gate.clear()
    backend.decide = lambda question: answer if question["version"] == 1 else {"decision": "send"}
    working = asyncio.create_task(process.deliverer.drain())
    await asyncio.wait_for(backend.called.wait(), 5)
    # Away and back again before the answer comes: the attempt in work hides the instant from this plan.
    await process.consumer.handle(records(story.moved(ago(-3600)), story.moved(story.due)))
    assert queued(owner) == 0
    backend.gate.set()
    await working
    await process.deliverer.drain()
    assert messages(owner) == [("Pay rent", False, True)]


async def test_what_the_heads_know_is_not_asked(process: Process, owner: Owner, backend: Backend) -> None:
    story = Story()
    await process.consumer.handle(records(story.act("created")))
    backend.status = 503
    await process.deliverer.drain()
    assert len(backend.asked) == 1
    await process.consumer.handle(records(story.moved(ago(-3600))))
    owner.execute("UPDATE notifications.attempts SET not_before = clock_timestamp()")
    await process.deliverer.drain()
    assert (len(backend.asked), messages(owner), queued(owner)) == (1, [], 1)
    assert attempts(owner) == [("dropped", "the task says otherwise now")]


async def test_without_the_backend_it_waits_and_then_sends_unconfirmed(
    process: Process, owner: Owner, backend: Backend
) -> None:
    backend.status = 503
    await process.consumer.handle(records(Story().act("created")))
    for _ in range(7):
        await process.deliverer.drain()
        owner.execute("UPDATE notifications.attempts SET not_before = clock_timestamp()")
    assert messages(owner) == []
    assert owner.execute("SELECT state, tries FROM notifications.attempts").fetchone() == ("queued", 0)
    owner.execute("UPDATE notifications.attempts SET queued_at = queued_at - interval '2 minutes'")
    await process.deliverer.drain()
    assert messages(owner) == [("Pay rent", False, False)]
    assert sent_events(owner)[0]["data"]["confirmed"] is False


@pytest.mark.parametrize("answer", [[], [{"decision": "perhaps"}], "no"])
async def test_an_answer_that_is_none_counts_as_silence(
    process: Process, owner: Owner, backend: Backend, answer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend.decide = lambda _: {"decision": "perhaps"} if answer else {}
    await process.consumer.handle(records(Story().act("created")))
    await process.deliverer.drain()
    assert (messages(owner), [state for state, _ in attempts(owner)]) == ([], ["queued"])


async def test_late_ones_are_marked_and_a_backlog_is_one_digest(process: Process, owner: Owner) -> None:
    busy, calm = uuid7(), uuid7()
    backlog = [Story(user=busy, due=ago(600 + n)) for n in range(8)]
    backlog += [Story(user=busy), *(Story(user=calm, due=ago(300 + n)) for n in range(5))]
    await process.consumer.handle(records(*(story.act("created") for story in backlog)))
    await process.deliverer.drain()
    found = owner.execute(
        "SELECT kind, late, jsonb_array_length(digest), count(*) FROM notifications.messages GROUP BY user_id, 1, 2, 3"
        " ORDER BY 1, 2, 3"
    ).fetchall()
    assert found == [("digest", True, 8, 1), ("reminder", False, 0, 1), ("reminder", True, 0, 5)]
    digest = next(s["data"] for s in sent_events(owner) if s["data"]["digest"])
    assert [item["task_id"] for item in digest["digest"]] == [str(s.task) for s in reversed(backlog[:8])]
    assert all(state == "sent" for state, _ in attempts(owner))
    told = [s["data"]["key"] for s in sent_events(owner) if not s["data"]["digest"]]
    told += [item["key"] for item in digest["digest"]]
    assert len(told) == len(set(told)) == 14


async def test_a_digest_is_one_although_other_people_wait_too(owner: Owner, settings: Settings) -> None:
    people = [uuid7() for _ in range(40)]
    stories = [Story(user=people[n % 40], due=ago(600 + n)) for n in range(40 * 20)]
    process = build(settings)
    await process.pool.open()
    for start in range(0, len(stories), 200):
        await process.consumer.handle(records(*(s.act("created") for s in stories[start : start + 200])))
    await process.deliverer.drain()
    await process.pool.close()
    counts = owner.execute(
        "SELECT count(*), sum(jsonb_array_length(digest))::int FROM notifications.messages WHERE kind = 'digest'"
    ).fetchone()
    assert counts == (40, 800)


async def test_numbers_rise_by_one_per_person(process: Process, owner: Owner) -> None:
    user: UUID = uuid7()
    for _ in range(3):
        await process.consumer.handle(records(*(Story(user=user).act("created") for _ in range(2))))
        await process.deliverer.drain()
    numbers = owner.execute("SELECT number FROM notifications.messages ORDER BY sent_at, number").fetchall()
    assert numbers == [(n,) for n in range(1, 7)]
