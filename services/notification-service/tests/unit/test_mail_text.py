"""What an e-mail says of a day's agenda: each task, how many more there are, and why it came."""

from __future__ import annotations

import datetime as dt
import ssl
from uuid import UUID

from notification_service.sending.content import MOST_ITEMS, Content, Named
from notification_service.sending.mail import MailServer, reminder_mail

NOW = dt.datetime(2026, 11, 22, 7, 0, tzinfo=dt.UTC)
SERVER = MailServer("mail.example", 587, "starttls", None, None, ssl.create_default_context(), "todo@todo.example")


def test_an_agenda_names_its_tasks_and_says_why() -> None:
    items = [Named(group="due", task_id=UUID(int=n), title=f"<i>Task {n}", due_at=NOW) for n in range(MOST_ITEMS)]
    content = Content(
        key="agenda/1", kind="agenda", title="53 tasks today", remind_at=NOW, fired_at=NOW, time_zone="Europe/Berlin",
        summary=items, more=3, because="You asked to be told of your day at this hour.",
    )  # fmt: skip
    mail = reminder_mail(content, SERVER, "ada@example.org", "https://todo.example/off", NOW)
    text, page = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert page is not None
    said = text.get_content()
    assert mail["Subject"] == "53 tasks today"
    assert "- <i>Task 0 (due, Sunday 22 November 2026, 08:00 (CET))" in said
    assert f"Task {MOST_ITEMS - 1}" in said
    assert "and 3 more" in said
    assert "Why you get this: You asked to be told of your day at this hour." in said
    assert "<i>" not in page.get_content()
