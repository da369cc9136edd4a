"""The page of the mail catcher: a list, one e-mail, and both as JSON."""

from __future__ import annotations

import html
from typing import Any

from fastapi import FastAPI, HTTPException
from fastapi.responses import HTMLResponse

from local_runtime.mail_catcher.kept import Mail, Mails

_HEADERS = {"content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'"}
"""What an e-mail holds runs nothing and fetches nothing."""
_STYLE = (
    "body{font:16px system-ui;margin:2rem;max-width:60rem}td{padding:.2rem 1rem .2rem 0}iframe{width:100%;height:20rem}"
)


def page(mails: Mails) -> FastAPI:
    """Return the application."""
    app = FastAPI(title="Mail catcher", openapi_url=None)

    @app.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/mails.json")
    async def listed(to: str | None = None) -> list[dict[str, Any]]:
        return [mail.told() for mail in mails if to is None or to in mail.recipients]

    @app.get("/", response_class=HTMLResponse)
    async def overview() -> HTMLResponse:
        rows = "".join(_row(mail) for mail in mails) or "<tr><td>No e-mails yet.</td></tr>"
        return _shown("E-mails", f"<h1>E-mails</h1><table>{rows}</table>")

    @app.get("/mails/{number}", response_class=HTMLResponse)
    async def one(number: int) -> HTMLResponse:
        mail = _found(mails, number)
        headers = "".join(
            f"<tr><td>{html.escape(name)}</td><td>{html.escape(str(value))}</td></tr>"
            for name, value in mail.message.items()
        )
        frame = f'<iframe sandbox src="/mails/{number}/html"></iframe>'
        text = f"<pre>{html.escape(mail.part('plain'))}</pre>"
        return _shown(str(mail.message["subject"]), f'<p><a href="/">All</a></p><table>{headers}</table>{text}{frame}')

    @app.get("/mails/{number}/html", response_class=HTMLResponse)
    async def inside(number: int) -> HTMLResponse:
        return HTMLResponse(_found(mails, number).part("html"), headers=_HEADERS)

    return app


def _found(mails: Mails, number: int) -> Mail:
    mail = mails.find(number)
    if mail is None:
        raise HTTPException(404, "There is no such e-mail.")
    return mail


def _row(mail: Mail) -> str:
    subject = html.escape(str(mail.message["subject"]))
    to = html.escape(", ".join(mail.recipients))
    link = f'<a href="/mails/{mail.number}">{subject}</a>'
    return f"<tr><td>{mail.caught_at:%H:%M:%S}</td><td>{to}</td><td>{link}</td></tr>"


def _shown(title: str, body: str) -> HTMLResponse:
    head = f'<meta charset="utf-8"><title>{html.escape(title)}</title><style>{_STYLE}</style>'
    return HTMLResponse(
        f'<!doctype html><html lang="en"><head>{head}</head><body>{body}</body></html>', headers=_HEADERS
    )
