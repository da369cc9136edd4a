"""E-mail: what is written, and handing it to the mail server."""

from __future__ import annotations

import asyncio
import datetime as dt
import html
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import aiosmtplib

from notification_service.sending.content import Content
from notification_service.sending.outcome import Gone, Outcome, Refused, Retry, Sent

SUBJECT = 150


@dataclass(frozen=True, slots=True)
class MailServer:
    """The operator's mail server and the address that e-mails come from."""

    host: str
    port: int
    security: str
    user: str | None
    password: str | None
    tls: ssl.SSLContext
    sender: str


def reminder_mail(
    content: Content,
    server: MailServer,
    to: str,
    unsubscribe: str,
    now: dt.datetime,
    taps: Mapping[str, str] | None = None,
) -> EmailMessage:
    """Return the e-mail of a message, with links that act on its reminder by what they are called.

    The same message has the same Message-ID at each try.
    """
    acts = dict(taps or {})
    lines = _lines(content)
    mail = _mail(server, to, content.title if content.kind != "reminder" else f"Reminder: {content.title}", now)
    mail["Message-ID"] = f"<{content.outward_id}@{server.sender.rpartition('@')[2]}>"
    mail["List-Unsubscribe"] = f"<{unsubscribe}>"
    mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    acting = [f"{name}: {url}" for name, url in acts.items()]
    mail.set_content("\n".join([*lines, "", *acting, f"No more e-mails like this: {unsubscribe}", ""]))
    shown = "".join(f"<p>{html.escape(line)}</p>" for line in lines if line)
    if acts:
        links = " · ".join(f'<a href="{html.escape(url)}">{html.escape(name)}</a>' for name, url in acts.items())
        shown += f"<p>{links}</p>"
    off = f'<p><small><a href="{html.escape(unsubscribe)}">No more e-mails like this</a></small></p>'
    mail.add_alternative(_page(shown + off), subtype="html")
    return mail


def confirmation_mail(server: MailServer, to: str, link: str, now: dt.datetime) -> EmailMessage:
    """Return the e-mail that asks the owner of an address whether reminders may come there."""
    mail = _mail(server, to, "Shall reminders come to this address?", now)
    mail.set_content(
        "Somebody asked for reminders to be sent to this address.\n\n"
        f"If that was you, confirm it within two days:\n{link}\n\nIf not, do nothing: none will come.\n"
    )
    shown = html.escape(link)
    mail.add_alternative(
        _page(
            "<p>Somebody asked for reminders to be sent to this address.</p>"
            f'<p>If that was you, <a href="{shown}">confirm it</a> within two days.</p>'
            "<p>If not, do nothing: none will come.</p>"
        ),
        subtype="html",
    )
    return mail


async def hand_over(server: MailServer, mail: EmailMessage, to: str, seconds: float) -> Outcome:
    """Give an e-mail to the mail server, and say what became of it."""
    client = aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        username=server.user,
        password=server.password,
        use_tls=server.security == "tls",
        start_tls=server.security == "starttls",
        tls_context=server.tls if server.security != "none" else None,
        timeout=seconds,
    )
    try:
        async with asyncio.timeout(seconds):
            await client.connect()
            _, said = await client.send_message(mail, sender=server.sender, recipients=[to])
    except aiosmtplib.SMTPRecipientsRefused as error:
        [refused] = error.recipients
        return _of_recipient(refused.code, refused.message)
    except aiosmtplib.SMTPAuthenticationError as error:
        return Retry(f"the mail server does not let us in: {error.code} {error.message}"[:300], host=True)
    except aiosmtplib.SMTPResponseException as error:
        if 500 <= error.code < 600:
            return Refused(f"the mail server refuses the e-mail: {error.code} {error.message}"[:300])
        return Retry(f"the mail server cannot take it now: {error.code} {error.message}"[:300])
    except (TimeoutError, aiosmtplib.SMTPTimeoutError):
        return Retry(f"the mail server did not answer within {seconds:g} s", host=True)
    except (aiosmtplib.SMTPException, OSError) as error:
        return Retry(f"no connection to the mail server: {type(error).__name__} {error}"[:300], host=True)
    finally:
        # No farewell: one that is not answered would cost time, and what was taken is taken.
        client.close()
    return Sent(f"the mail server said: {said}"[:300])


def _of_recipient(code: int, message: str) -> Outcome:
    said = f"the mailbox was refused: {code} {message}"[:300]
    return Gone(said) if 500 <= code < 600 else Retry(said)


def _mail(server: MailServer, to: str, subject: str, now: dt.datetime) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = server.sender
    mail["To"] = to
    mail["Subject"] = " ".join("".join(c if c.isprintable() else " " for c in subject).split())[:SUBJECT]
    mail["Date"] = format_datetime(now)
    mail["Auto-Submitted"] = "auto-generated"
    return mail


def _lines(content: Content) -> list[str]:
    lines = [content.title]
    if content.digest:
        lines += [f"- {item.title} ({_when(item.remind_at, content.time_zone)})" for item in content.digest]
    elif content.summary:
        lines += [
            f"- {item.title}" + (f" ({item.group}, {_when(item.due_at, content.time_zone)})" if item.due_at else "")
            for item in content.summary
        ]
    elif content.due_at is not None:
        lines.append(f"Due {_when(content.due_at, content.time_zone)}.")
    lines += [f"and {content.more} more"] if content.more else []
    if content.late and content.kind != "test":
        lines.append(f"This comes late: it was for {_when(content.remind_at, content.time_zone)}.")
    if not content.confirmed:
        lines.append("We could not make sure that this task is still to be done.")
    lines += ["", f"Why you get this: {content.because}"] if content.because else []
    return lines


def _when(instant: dt.datetime, zone: str) -> str:
    try:
        local = instant.astimezone(ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError):
        local = instant.astimezone(dt.UTC)
    return f"{local:%A %d %B %Y, %H:%M} ({local.tzname()})"


def _page(body: str) -> str:
    return f'<!doctype html><html><head><meta charset="utf-8"></head><body>{body}</body></html>'
