"""What a person does with their channels: added, changed, given a new secret, taken away. One transaction each."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any
from uuid import UUID

from event_contracts.channels import ChannelChange
from service_kit.problems import Problem

from notification_service.channels.channel import MOST, Channel
from notification_service.channels.making import Making
from notification_service.channels.sealing import SecretBox, SecretUnreadable
from notification_service.sending import webhook
from notification_service.storage import channels, deliveries, heads

Connection = channels.Connection


def not_found() -> Problem:
    """Return the refusal of a channel that is not this person's."""
    return Problem(404, "channel_not_found", "There is no such channel.")


async def add(connection: Connection, making: Making, values: dict[str, Any]) -> Channel:
    """Add a channel. A browser that subscribes again replaces its channel; another target that is there is refused."""
    user_id: UUID = values["user_id"]
    await channels.hold(connection, user_id)
    known = await channels.of_person(connection, user_id)
    wanted = making.target(values["kind"], values["config"], values["channel_id"], values["secret"])
    for channel in known:
        if _target(making, channel) == wanted:
            if channel.kind != "web_push":
                raise Problem(
                    409, "channel_exists", "You have a channel that leads there.", channel=str(channel.channel_id)
                )
            await channels.remove(connection, user_id, channel.channel_id)
            known = [one for one in known if one is not channel]
            break
    if len(known) >= MOST:
        raise Problem(409, "too_many_channels", f"At most {MOST} channels: take one away first.")
    users = await heads.peek_users(connection, {user_id})
    own = users[user_id].email if user_id in users else None
    confirmed = values["kind"] != "email" or (own is not None and values["config"]["address"].lower() == own.lower())
    return await channels.add(connection, values, confirmed=confirmed)


async def find(connection: Connection, user_id: UUID, channel_id: UUID) -> Channel:
    """Return a channel of a person. Raises Problem."""
    channel = (await channels.by_id(connection, [channel_id])).get(channel_id)
    if channel is None or channel.user_id != user_id:
        raise not_found()
    return channel


async def change(connection: Connection, user_id: UUID, channel_id: UUID, wanted: ChannelChange) -> Channel:
    """Change what may be changed of a channel; switched off, what waits for it is dropped."""
    channel = await find(connection, user_id, channel_id)
    changed = replace(
        channel,
        name=channel.name if wanted.name is None else wanted.name,
        messages=channel.messages if wanted.messages is None else list(dict.fromkeys(wanted.messages)),
        enabled=channel.enabled if wanted.enabled is None else wanted.enabled,
    )
    if not changed.enabled:
        await deliveries.drop_open(connection, channel_id, "the channel was switched off")
    return _kept(await channels.write(connection, changed))


async def rotate(
    connection: Connection, box: SecretBox, user_id: UUID, channel_id: UUID, now: dt.datetime
) -> tuple[Channel, str]:
    """Give a webhook a new secret and return both; the one before signs beside it for a day."""
    channel = await find(connection, user_id, channel_id)
    if channel.kind != "webhook":
        raise Problem(409, "channel_has_no_secret", "Only webhooks have a secret that can be made anew.")
    try:
        before = box.open(channel_id, channel.secret)
    except SecretUnreadable as error:
        raise Problem(409, "channel_secret_unreadable", "Take this channel away and add it again.") from error
    made = webhook.new_secret()
    sealed = box.seal(channel_id, webhook.rotated(before, made, now))
    return _kept(await channels.write(connection, replace(channel, secret=sealed))), made


async def remove(connection: Connection, user_id: UUID, channel_id: UUID) -> None:
    """Take a channel away, with what waits for it."""
    if not await channels.remove(connection, user_id, channel_id):
        raise not_found()


def _kept(channel: Channel | None) -> Channel:
    if channel is None:
        raise not_found()
    return channel


def _target(making: Making, channel: Channel) -> str | None:
    try:
        return making.target(channel.kind, channel.config, channel.channel_id, channel.secret)
    except SecretUnreadable:
        return None
