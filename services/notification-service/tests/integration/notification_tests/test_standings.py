"""What becomes of each reminder, as the inner door says it: also of those that were in the past when they were set."""

from __future__ import annotations

from typing import Any

import pytest
from dapr_edge.service_tokens import HEADER
from event_contracts.identifiers import uuid7
from notification_service.bootstrap import Process

from .person import Person
from .story import Owner, Story, ago, messages, records
from .wishes import puts_off

pytestmark = pytest.mark.integration


async def standing(person: Person, story: Story) -> list[dict[str, Any]]:
    token = {HEADER: person.tokens.mint("notification-service", person.user)}
    path = f"/internal/users/{person.user}/tasks/{story.task}/reminders"
    answer = await person.http.get(path, headers=token)
    assert answer.status_code == 200, answer.text
    assert answer.json()["version"] in (story.version, None)
    return answer.json()["items"]


async def states(person: Person, story: Story) -> list[str]:
    return [one["state"] for one in await standing(person, story)]


async def test_from_planned_to_told(process: Process, person: Person) -> None:
    story = Story(user=person.user, due=ago(-1.5))
    await process.consumer.handle(records(story.act("created")))
    [one] = await standing(person, story)
    assert (one["reminder_id"], one["kind"], one["state"]) == (str(story.reminder), "own", "planned")
    while await states(person, story) != ["told"]:
        await process.deliverer.drain()
    [one] = await standing(person, story)
    assert one["told_at"] >= one["at"]
    assert not one["late"]
    await puts_off(process, person.user, story.reminder, "1h")
    await process.deliverer.drain()
    assert [(o["kind"], o["state"]) for o in await standing(person, story)] == [("own", "told"), ("snooze", "planned")]


async def test_in_the_past_when_the_task_was_made_nobody_is_told(
    process: Process, person: Person, owner: Owner
) -> None:
    story = Story(user=person.user, due=ago(3600))
    await process.consumer.handle(records(story.act("created", created_at=ago(0).isoformat())))
    await process.deliverer.drain()
    assert (await states(person, story), messages(owner)) == (["passed"], [])


async def test_moved_into_the_past_it_is_told_at_once_and_late(process: Process, person: Person, owner: Owner) -> None:
    story = Story(user=person.user, due=ago(-3600))
    await process.consumer.handle(records(story.act("created")))
    await process.consumer.handle(records(story.moved(ago(3600))))
    assert await states(person, story) == ["due"]
    await process.deliverer.drain()
    [one] = await standing(person, story)
    assert (one["state"], one["late"]) == ("told", True)
    assert messages(owner) == [("Pay rent", True, True)]


async def test_of_a_finished_task_nobody_is_told(process: Process, person: Person) -> None:
    story = Story(user=person.user, due=ago(-3600))
    await process.consumer.handle(records(story.act("created")))
    await process.consumer.handle(records(story.completed()))
    assert await states(person, story) == ["closed"]


async def test_of_what_is_not_known_yet_nothing_is_said(process: Process, person: Person) -> None:
    story = Story(user=person.user, task=uuid7())
    assert await standing(person, story) == []
    other = Story(user=person.other().user)
    await process.consumer.handle(records(other.act("created")))
    mine = Story(user=person.user, task=other.task)
    assert await standing(person, mine) == [], "nor of what is somebody else's"
