"""The door for todo-backend: a person's channels, on whose behalf the caller acts, and what links in e-mails ask."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict, deque
from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

from dapr_edge.service_tokens import ServiceTokens, require_service
from event_contracts import edges
from event_contracts.channels import (
    ChannelChange,
    ChannelPage,
    ChannelShown,
    DeliveryPage,
    DeliveryShown,
    LinkToken,
    NewChannel,
    Tried,
)
from event_contracts.identifiers import uuid7
from event_spine.loop import sweep
from fastapi import APIRouter, Depends, Query
from service_kit.database import Pool
from service_kit.problems import Problem

from notification_service.channels import keeping
from notification_service.channels.channel import Channel
from notification_service.channels.links import LinkInvalid, Links
from notification_service.channels.making import Making
from notification_service.channels.sealing import SecretBox
from notification_service.sending.content import trial_content
from notification_service.sending.delivery import Delivery
from notification_service.sending.outcome import Sent
from notification_service.sending.sender import LEASE_SECONDS, Sender
from notification_service.sending.senders import Senders
from notification_service.storage import channels, deliveries

LIMIT, MOST = 50, 200
NEWEST = UUID(int=2**128 - 1)
TRIALS_AN_HOUR, QUESTIONS_AN_HOUR = 20, 10
"""Test messages of one channel, and e-mails that ask owners of addresses, of one person and replica."""


def shown(channel: Channel, secret: str | None = None) -> ChannelShown:
    """Return a channel as its owner sees it."""
    return ChannelShown(
        id=channel.channel_id,
        kind=channel.kind,
        name=channel.name,
        config=channel.config,
        messages=channel.messages,
        enabled=channel.enabled,
        state="unconfirmed" if channel.confirmed_at is None else channel.state,
        reason=channel.state_reason,
        since=channel.state_since,
        created_at=channel.created_at,
        updated_at=channel.updated_at,
        version=channel.version,
        secret=secret,
    )


def router(pool: Pool, tokens: ServiceTokens, senders: Senders, sender: Sender) -> APIRouter:
    """Return the internal routes; each asks for the service token of its edge."""
    routes = APIRouter(include_in_schema=False)
    asked: defaultdict[UUID, deque[dt.datetime]] = defaultdict(lambda: deque(maxlen=QUESTIONS_AN_HOUR))

    def only(edge: edges.Edge) -> list[Any]:
        return [Depends(require_service(tokens, edge))]

    def box() -> SecretBox:
        if senders.box is None:
            raise Problem(409, "channels_unavailable", "Channels are not set up on this platform.")
        return senders.box

    def links() -> Links:
        if senders.links is None:
            raise Problem(409, "channels_unavailable", "Links are not set up on this platform.")
        return senders.links

    @routes.get(edges.LIST_CHANNELS.route, dependencies=only(edges.LIST_CHANNELS))
    async def listed(user_id: UUID) -> ChannelPage:
        async with pool.connection() as connection:
            found = await channels.of_person(connection, user_id)
        available = senders.available
        return ChannelPage(items=[shown(one) for one in found], available=available, push_key=senders.push_key)

    @routes.post(edges.ADD_CHANNEL.route, dependencies=only(edges.ADD_CHANNEL), status_code=201)
    async def add(user_id: UUID, body: NewChannel) -> ChannelShown:
        making = Making(box(), senders.guard)
        if body.kind not in senders.available:
            raise Problem(409, "channel_kind_unavailable", f"Channels of kind {body.kind} are not set up here.")
        if body.kind == "email" and _too_often(asked[user_id]):
            raise Problem(429, "too_many_questions", "Many addresses were asked already: wait an hour.")
        values, made = await making.values(body, user_id, uuid7())
        channel = await sweep(pool, lambda connection: keeping.add(connection, making, values))
        if channel.confirmed_at is None:
            now = dt.datetime.now(dt.UTC)
            asked[user_id].append(now)
            outcome = await senders.ask_owner(channel, now)
            if not isinstance(outcome, Sent):
                await sweep(pool, lambda connection: keeping.remove(connection, user_id, channel.channel_id))
                raise Problem(409, "address_not_asked", "The address could not be asked; try again.", outcome.reason)
        return shown(channel, made)

    @routes.patch(edges.CHANGE_CHANNEL.route, dependencies=only(edges.CHANGE_CHANNEL))
    async def change(user_id: UUID, channel_id: UUID, body: ChannelChange) -> ChannelShown:
        return shown(await sweep(pool, lambda connection: keeping.change(connection, user_id, channel_id, body)))

    @routes.delete(edges.REMOVE_CHANNEL.route, dependencies=only(edges.REMOVE_CHANNEL), status_code=204)
    async def remove(user_id: UUID, channel_id: UUID) -> None:
        await sweep(pool, lambda connection: keeping.remove(connection, user_id, channel_id))

    @routes.post(edges.ROTATE_CHANNEL_SECRET.route, dependencies=only(edges.ROTATE_CHANNEL_SECRET))
    async def rotate(user_id: UUID, channel_id: UUID) -> ChannelShown:
        now, keys = dt.datetime.now(dt.UTC), box()
        channel, made = await sweep(pool, lambda connection: keeping.rotate(connection, keys, user_id, channel_id, now))
        return shown(channel, made)

    @routes.post(edges.TEST_CHANNEL.route, dependencies=only(edges.TEST_CHANNEL))
    async def test(user_id: UUID, channel_id: UUID) -> Tried:
        channel, delivery = await sweep(pool, lambda connection: _begin_trial(connection, user_id, channel_id))
        outcome = await sender.try_out(channel, delivery)
        if isinstance(outcome, Sent):
            return Tried(outcome="sent", detail=outcome.detail, delivery_id=delivery.delivery_id)
        return Tried(outcome="failed", detail=outcome.reason, delivery_id=delivery.delivery_id)

    @routes.get(edges.LIST_DELIVERIES.route, dependencies=only(edges.LIST_DELIVERIES))
    async def log(
        user_id: UUID,
        channel_id: UUID,
        cursor: UUID = NEWEST,
        limit: Annotated[int, Query(ge=1, le=MOST)] = LIMIT,
    ) -> DeliveryPage:
        async with pool.connection() as connection:
            await keeping.find(connection, user_id, channel_id)
            found = await deliveries.log(connection, user_id, channel_id, cursor, limit + 1)
        items = [DeliveryShown.model_validate(one) for one in found[:limit]]
        return DeliveryPage(items=items, next_cursor=items[-1].id if len(found) > limit else None)

    @routes.post(edges.REPLAY_DELIVERY.route, dependencies=only(edges.REPLAY_DELIVERY), status_code=202)
    async def replay(user_id: UUID, channel_id: UUID, delivery_id: UUID) -> dict[str, str]:
        if not await sweep(pool, lambda connection: deliveries.replay(connection, user_id, channel_id, delivery_id)):
            raise Problem(404, "delivery_not_found", "There is no such message that was settled.")
        sender.on_settled()
        return {"state": "queued"}

    @routes.post(edges.FOLLOW_CHANNEL_LINK.route, dependencies=only(edges.FOLLOW_CHANNEL_LINK))
    async def follow(purpose: Literal["confirm", "unsubscribe"], body: LinkToken) -> dict[str, str]:
        try:
            linked = links().read(purpose, body.token)
        except LinkInvalid as error:
            raise Problem(422, "link_invalid", "This link is not valid, or not any more.") from error
        act = channels.confirm if purpose == "confirm" else channels.disable
        channel = await sweep(pool, lambda connection: act(connection, linked.user_id, linked.channel_id))
        if channel is None:
            raise keeping.not_found()
        return {"address": str(channel.config.get("address", ""))}

    return routes


async def _begin_trial(connection: deliveries.Connection, user_id: UUID, channel_id: UUID) -> tuple[Channel, Delivery]:
    channel = await keeping.find(connection, user_id, channel_id)
    if channel.confirmed_at is None:
        raise Problem(409, "channel_not_confirmed", "The owner of this address has not confirmed it yet.")
    if await deliveries.trials(connection, user_id, channel_id) >= TRIALS_AN_HOUR:
        raise Problem(429, "too_many_tests", f"At most {TRIALS_AN_HOUR} test messages an hour.")
    delivery_id = uuid7()
    content = trial_content(channel_id, delivery_id, dt.datetime.now(dt.UTC))
    values = {
        "delivery_id": delivery_id,
        "user_id": user_id,
        "channel_id": channel_id,
        "lane": channel.lane,
        "key": content.key,
        "content": content.model_dump(mode="json"),
        "claim": uuid4(),
        "lease": LEASE_SECONDS,
    }
    return channel, await deliveries.begin_trial(connection, values)


def _too_often(times: deque[dt.datetime]) -> bool:
    full = len(times) == QUESTIONS_AN_HOUR
    return full and dt.datetime.now(dt.UTC) - times[0] < dt.timedelta(hours=1)
