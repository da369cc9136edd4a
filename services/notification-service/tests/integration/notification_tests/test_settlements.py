"""What channels took at the same time is settled together, and what cannot be settled holds up nothing else."""

from __future__ import annotations

from uuid import UUID

import pytest
from notification_service.bootstrap import Process

from .counterparts import Receiver
from .person import Person
from .queued import queue
from .story import Owner

pytestmark = pytest.mark.integration
MANY = 60


async def test_what_was_taken_at_once_is_settled_in_few_transactions_with_an_event_each(
    process: Process, person: Person, receiver: Receiver, owner: Owner
) -> None:
    channel = await person.webhook(receiver.url())
    for number in range(1, MANY + 1):
        await queue(process, channel, UUID(int=number), lane=f"webhook/{number}")
    await process.sender.drain()
    counted = "SELECT count(*), count(DISTINCT xmin::text) FROM notifications.deliveries WHERE state = 'sent'"
    sent, transactions = owner.execute(counted).fetchone() or (0, 0)
    assert sent == MANY
    assert transactions <= MANY / 4
    told = "SELECT count(DISTINCT aggregate_id) FROM notifications.ledger WHERE type = 'todo.reminder.sent.v1'"
    assert owner.execute(told).fetchone() == (MANY,)


async def test_what_cannot_be_settled_is_left_and_the_others_are(
    process: Process, person: Person, receiver: Receiver, owner: Owner
) -> None:
    channel = await person.webhook(receiver.url())
    for number in range(1, 11):
        await queue(process, channel, UUID(int=number), lane=f"webhook/{number}")
    never = f"CHECK (state <> 'sent' OR user_id <> '{UUID(int=7)}')"
    owner.execute(f"ALTER TABLE notifications.deliveries ADD CONSTRAINT never_sent {never}")
    try:
        await process.sender.drain()
    finally:
        owner.execute("ALTER TABLE notifications.deliveries DROP CONSTRAINT never_sent")
    found = owner.execute("SELECT user_id, state, claim IS NULL FROM notifications.deliveries").fetchall()
    assert {row for row in found if row[1] != "sent"} == {(UUID(int=7), "queued", False)}
    assert len(receiver.got) == len(found) == 10
