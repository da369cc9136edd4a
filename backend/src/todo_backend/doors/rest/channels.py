"""Channels over REST: where a person is told besides the app. Kept by notification-service, which is asked."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from event_contracts import edges
from event_contracts.channels import ChannelChange, ChannelPage, ChannelShown, DeliveryPage, NewChannel, Tried
from fastapi import APIRouter, Query, Response

from todo_backend.doors.rest.identity import InPerson, Owner
from todo_backend.doors.rest.passing import ask
from todo_backend.tasks.listing import PAGE_LIMIT

router = APIRouter(prefix="/api/{user_id}/channels", tags=["channels"])


@router.get("", response_model=ChannelPage)
async def channels(caller: Owner) -> Response:
    """Read one's channels, and which kinds can be added. What one is told in the app needs none."""
    return await ask(caller, edges.LIST_CHANNELS)


@router.post("", response_model=ChannelShown, status_code=201)
async def add(caller: InPerson, body: NewChannel) -> Response:
    """Add a channel. A secret that is made for it is shown in this answer and never again."""
    return await ask(caller, edges.ADD_CHANNEL, json=body.model_dump(mode="json"))


@router.patch("/{channel_id}", response_model=ChannelShown)
async def change(caller: InPerson, channel_id: UUID, body: ChannelChange) -> Response:
    """Change a channel; what is left out stays. Enabling one that was given up tries it again."""
    sent = body.model_dump(mode="json", exclude_unset=True)
    return await ask(caller, edges.CHANGE_CHANNEL, {"channel_id": channel_id}, json=sent)


@router.delete("/{channel_id}", status_code=204)
async def remove(caller: InPerson, channel_id: UUID) -> Response:
    """Take a channel away, with what waits for it and the log of what was sent to it."""
    return await ask(caller, edges.REMOVE_CHANNEL, {"channel_id": channel_id})


@router.post("/{channel_id}/test", response_model=Tried)
async def test(caller: InPerson, channel_id: UUID) -> Response:
    """Send one test message, wait for what becomes of it, and say so."""
    return await ask(caller, edges.TEST_CHANNEL, {"channel_id": channel_id})


@router.post("/{channel_id}/rotate-secret", response_model=ChannelShown)
async def rotate_secret(caller: InPerson, channel_id: UUID) -> Response:
    """Give a webhook a new secret, shown in this answer; for a day the old one signs beside it."""
    return await ask(caller, edges.ROTATE_CHANNEL_SECRET, {"channel_id": channel_id})


@router.get("/{channel_id}/deliveries", response_model=DeliveryPage)
async def deliveries(
    caller: InPerson,
    channel_id: UUID,
    cursor: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=PAGE_LIMIT)] = 50,
) -> Response:
    """Read what was sent to a channel, newest first: with the reason and the next try where it was not taken."""
    query = {"limit": limit} | ({} if cursor is None else {"cursor": str(cursor)})
    return await ask(caller, edges.LIST_DELIVERIES, {"channel_id": channel_id}, query=query)


@router.post("/{channel_id}/deliveries/{delivery_id}/replay", status_code=202)
async def replay(caller: InPerson, channel_id: UUID, delivery_id: UUID) -> Response:
    """Send a message to a channel again, under its own id, whatever became of its task."""
    return await ask(caller, edges.REPLAY_DELIVERY, {"channel_id": channel_id, "delivery_id": delivery_id})
