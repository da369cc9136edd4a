"""Channels as todo-backend's public door and notification-service's inner one both say them."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

ChannelKind = Literal["email", "web_push", "webhook", "apprise"]
MessageKind = Annotated[str, Field(pattern=r"^[a-z_]{1,30}$")]

Name = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$")]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _New(_Body):
    name: Name
    messages: Annotated[
        list[MessageKind], Field(max_length=20, description="kinds of message that go there; none: all of them")
    ] = []


class NewEmail(_New):
    """An address. One that is not the account's asks its owner first."""

    kind: Literal["email"]
    address: Annotated[str, Field(min_length=3, max_length=254)]


class NewWebhook(_New):
    """An address that is posted to, as Standard Webhooks say; without a `secret` one is made."""

    kind: Literal["webhook"]
    url: Annotated[str, Field(min_length=8, max_length=2000)]
    secret: Annotated[str, Field(min_length=38, max_length=110, pattern=r"^whsec_[A-Za-z0-9+/=]+$")] | None = None


class PushKeys(_Body):
    """The keys of a browser's subscription, base64url."""

    p256dh: Annotated[str, Field(min_length=80, max_length=100)]
    auth: Annotated[str, Field(min_length=20, max_length=30)]


class NewWebPush(_New):
    """A browser that wants to be told: what `PushManager.subscribe` gave it."""

    kind: Literal["web_push"]
    endpoint: Annotated[str, Field(min_length=10, max_length=2000)]
    keys: PushKeys


class NewApprise(_New):
    """A target of Apprise, by its URL."""

    kind: Literal["apprise"]
    url: Annotated[str, Field(min_length=5, max_length=2000)]


NewChannel = Annotated[NewEmail | NewWebhook | NewWebPush | NewApprise, Field(discriminator="kind")]


class ChannelChange(_Body):
    """What may be changed of a channel; what is left out stays. Enabling it tries one again that was given up."""

    name: Name | None = None
    messages: Annotated[list[MessageKind], Field(max_length=20)] | None = None
    enabled: bool | None = None


class ChannelShown(BaseModel):
    """One channel. `config` says where it leads as far as that is no secret; `secret` is shown when it is new only."""

    id: UUID
    kind: ChannelKind
    name: str
    config: dict[str, Any]
    messages: list[str]
    enabled: bool
    state: Literal["unconfirmed", "working", "failing", "dead"]
    reason: str | None
    since: dt.datetime
    created_at: dt.datetime
    updated_at: dt.datetime
    version: int
    secret: str | None = None


class ChannelPage(BaseModel):
    """All channels of a person; what they are told in the app comes besides. `available` kinds can be added here."""

    items: list[ChannelShown]
    available: list[ChannelKind]
    push_key: str | None = Field(default=None, description="what browsers subscribe with (applicationServerKey)")


class Tried(BaseModel):
    """What became of a test message."""

    outcome: Literal["sent", "failed"]
    detail: str
    delivery_id: UUID


class DeliveryShown(BaseModel):
    """One message to a channel: queued, sent, failed (it is tried again), dropped (not to be told), dead (given up)."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID = Field(validation_alias="delivery_id")
    kind: str
    title: str
    task_id: UUID | None
    state: Literal["queued", "sent", "failed", "dropped", "dead"]
    reason: str | None
    tries: int
    queued_at: dt.datetime
    settled_at: dt.datetime | None
    next_try_at: dt.datetime | None


class DeliveryPage(BaseModel):
    """Messages to a channel, newest first; `next_cursor` is null on the last page."""

    items: list[DeliveryShown]
    next_cursor: UUID | None


class LinkToken(_Body):
    """What came with a link."""

    token: Annotated[str, Field(min_length=10, max_length=2000)]
