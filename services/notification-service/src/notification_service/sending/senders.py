"""From a claimed delivery to the try itself: which program of which channel is spoken to, with what."""

from __future__ import annotations

import datetime as dt
import ssl
from collections.abc import Awaitable, Callable

from event_contracts.channels import ChannelKind
from service_kit.certificates import CERTIFICATES

from notification_service.channels.channel import Channel
from notification_service.channels.links import Linked, Links
from notification_service.channels.one_tap import OneTaps, Tapped
from notification_service.channels.sealing import SecretBox, SecretUnreadable
from notification_service.sending import mail, web_push, webhook
from notification_service.sending.apprise_targets import AppriseSender
from notification_service.sending.content import Content
from notification_service.sending.guard import Guard, networks
from notification_service.sending.mail import MailServer
from notification_service.sending.outcome import Outcome, Refused, Retry
from notification_service.sending.posting import Poster
from notification_service.sending.web_push import Vapid
from notification_service.settings import Settings

Send = Callable[[Channel, Content, dt.datetime], Awaitable[Outcome]]


class Senders:
    """Everything that sending needs besides the database, made from the settings.

    `box` None: nothing can be sealed, so there are no channels. The same goes for a kind that is not `available`.
    """

    def __init__(self, settings: Settings, guard: Guard | None = None) -> None:
        self.seconds = settings.send_seconds
        self.box = SecretBox.from_file(settings.channel_keys_file) if settings.channel_keys_file else None
        self.links = Links(settings.public_url, self.box.signing_keys) if settings.public_url and self.box else None
        self.taps = OneTaps(settings.public_url, self.box.signing_keys) if settings.public_url and self.box else None
        self.mail_server = _mail_server(settings)
        self.guard = guard or Guard(networks(settings.allowed_networks))
        self._vapid = (
            Vapid.from_file(settings.vapid_key_file, settings.vapid_contact) if settings.vapid_key_file else None
        )
        self._poster = Poster(self.guard)
        self._apprise = AppriseSender(self.guard)
        self._by_kind: dict[ChannelKind, Send] = {}
        if self.box:
            self._by_kind["webhook"] = self._webhook
            self._by_kind["apprise"] = self._through_apprise
        if self.box and self._vapid:
            self._by_kind["web_push"] = self._web_push
        if self.links and self.mail_server:
            self._by_kind["email"] = self._email

    @property
    def push_key(self) -> str | None:
        """Return what browsers subscribe with."""
        return self._vapid.public if self._vapid and self.box else None

    @property
    def available(self) -> list[ChannelKind]:
        """Return the kinds of channel that can be had here."""
        return sorted(self._by_kind)

    async def send(self, channel: Channel, content: Content, now: dt.datetime) -> Outcome:
        """Try once, within the time that a try has, and say what became of it."""
        send = self._by_kind.get(channel.kind)
        if send is None:
            return Retry(f"{channel.kind} is not set up on this platform")
        try:
            return await send(channel, content, now)
        except SecretUnreadable:
            return Refused("its secret cannot be read with the platform's keys: set the channel up again")

    async def ask_owner(self, channel: Channel, now: dt.datetime) -> Outcome:
        """Write to an address to ask whether it wants reminders."""
        if self.links is None or self.mail_server is None:
            return Retry("e-mail is not set up on this platform")
        address = str(channel.config["address"])
        link = self.links.url("confirm", Linked(channel.user_id, channel.channel_id), now)
        letter = mail.confirmation_mail(self.mail_server, address, link, now)
        return await mail.hand_over(self.mail_server, letter, address, self.seconds)

    async def close(self) -> None:
        """Close what is open."""
        await self._poster.close()
        self._apprise.close()
        self.guard.close()

    async def _webhook(self, channel: Channel, content: Content, now: dt.datetime) -> Outcome:
        if self.box is None:
            raise SecretUnreadable
        secret = self.box.open(channel.channel_id, channel.secret)
        return await webhook.send(self._poster, content, secret, now, self.seconds)

    async def _web_push(self, channel: Channel, content: Content, now: dt.datetime) -> Outcome:
        if self.box is None or self._vapid is None:
            raise SecretUnreadable
        secret = self.box.open(channel.channel_id, channel.secret)
        return await web_push.send(self._poster, self._vapid, content, secret, now, self.seconds)

    async def _through_apprise(self, channel: Channel, content: Content, now: dt.datetime) -> Outcome:  # noqa: ARG002 - all senders are called alike
        """Send through Apprise, which asks for no time."""
        if self.box is None:
            raise SecretUnreadable
        secret = self.box.open(channel.channel_id, channel.secret)
        return await self._apprise.send(secret["url"], content, self.seconds)

    def _taps_of(self, channel: Channel, content: Content, now: dt.datetime) -> dict[str, str]:
        if self.taps is None or content.task_id is None or content.reminder_id is None:
            return {}
        return self.taps.urls(Tapped(channel.user_id, content.task_id, content.reminder_id), now)

    async def _email(self, channel: Channel, content: Content, now: dt.datetime) -> Outcome:
        if self.links is None or self.mail_server is None:
            raise SecretUnreadable
        address = str(channel.config["address"])
        off = self.links.url("unsubscribe", Linked(channel.user_id, channel.channel_id), now)
        letter = mail.reminder_mail(content, self.mail_server, address, off, now, self._taps_of(channel, content, now))
        return await mail.hand_over(self.mail_server, letter, address, self.seconds)


def _mail_server(settings: Settings) -> MailServer | None:
    if settings.smtp_host is None:
        return None
    password = settings.smtp_password_file.read_text().strip() if settings.smtp_password_file else None
    CERTIFICATES.watch(settings.smtp_ca_file)
    tls = ssl.create_default_context(cafile=settings.smtp_ca_file and str(settings.smtp_ca_file))
    return MailServer(
        settings.smtp_host,
        settings.smtp_port,
        settings.smtp_security,
        settings.smtp_user,
        password,
        tls,
        settings.mail_from,
    )
