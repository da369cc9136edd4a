"""Bringing a reminder as far as the channels of its person, and to its next try."""

from __future__ import annotations

from notification_service.bootstrap import Process

from .story import Owner, Story, records


async def reminded(process: Process, story: Story, **changes: object) -> None:
    """Let a task be made whose reminder is due, and tell it in the app."""
    await process.consumer.handle(records(story.act("created", **changes)))
    await process.deliverer.drain()


def due_again(owner: Owner) -> None:
    """As if what waits for another try had waited long enough."""
    owner.execute("UPDATE notifications.deliveries SET not_before = clock_timestamp() WHERE state = 'queued'")
