"""A reminder that repeats until its task is done: on its grid, up to its cap, one of it after an absence."""

from __future__ import annotations

from typing import Any

import pytest
from notification_service.bootstrap import Process

from .conftest import Backend
from .story import Owner, Story, ago, attempts, messages, queued, records, sent_events

pytestmark = pytest.mark.integration


def nagging(story: Story, **changes: Any) -> bytes:
    reminder = {"id": str(story.reminder), "minutes_before": 0, "relative_to": "due", "repeat_minutes": 10}
    return story.act("created", reminders=[{**reminder, "repeat_most": 3, **changes}])


async def test_it_comes_again_until_its_task_is_done(process: Process, owner: Owner, backend: Backend) -> None:
    story = Story(due=ago(600.5))
    backend.decide = lambda question: {"decision": "send", "title": f"{question['reminder']['repeat_minutes']}"}
    await process.consumer.handle(records(nagging(story)))
    await process.deliverer.drain()
    [newest] = [sent["data"] for sent in sent_events(owner)]
    assert (newest["because"]["number"], newest["because"]["most"]) == (1, 3), "two were due: the newest says it"
    assert (newest["reminder_id"], newest["title"], newest["late"]) == (str(story.reminder), "10", False)
    assert [state for state, _ in attempts(owner)] == ["sent", "sent"]
    assert queued(owner) == 2
    await process.consumer.handle(records(story.completed()))
    assert queued(owner) == 0


async def test_after_a_long_absence_it_is_told_once(process: Process, owner: Owner) -> None:
    story = Story(due=ago(7200))
    await process.consumer.handle(records(nagging(story)))
    await process.deliverer.drain()
    assert (messages(owner), queued(owner)) == ([("Pay rent", True, True)], 0)
    await process.consumer.handle(records(story.act(title="again")))
    await process.deliverer.drain()
    assert len(messages(owner)) == 1, "what was told together is remembered, each of it"
