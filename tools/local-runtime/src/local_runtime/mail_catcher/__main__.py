"""`python -m local_runtime.mail_catcher SMTP_PORT PAGE_PORT`: serve until told to end."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session
from service_kit import listeners

from local_runtime.mail_catcher.kept import LARGEST_BYTES, Mails
from local_runtime.mail_catcher.page import page


class Handler:
    """What the mail server does with an e-mail: keep it."""

    def __init__(self, mails: Mails) -> None:
        self._mails = mails

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's
        """Take one e-mail."""
        content: Any = envelope.content
        raw = content if isinstance(content, bytes) else str(content).encode()
        self._mails.add(envelope.mail_from or "", list(envelope.rcpt_tos), raw)
        return "250 Caught"


async def serve(smtp_port: int, page_port: int) -> None:
    """Take e-mails and show them."""
    mails = Mails()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(Handler(mails), data_size_limit=LARGEST_BYTES, enable_SMTPUTF8=True, ident="mail catcher"),
        "127.0.0.1",
        smtp_port,
    )
    try:
        await listeners.serve(page(mails), "127.0.0.1", page_port)
    finally:
        server.close()


if __name__ == "__main__":
    listeners.run(serve(int(sys.argv[1]), int(sys.argv[2])))
