"""The small pages that signed links open: one sentence, perhaps a button, no script, nothing from elsewhere."""

from __future__ import annotations

from fastapi.responses import HTMLResponse

_HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; form-action 'self'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
}


def signed_page(sentence: str, more: str = "", status: int = 200) -> HTMLResponse:
    """Return a page that says one sentence; `more` is HTML below it."""
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Reminders</title>'
    body = f'<!doctype html><html lang="en"><head>{head}</head><body><p>{sentence}</p>{more}</body></html>'
    return HTMLResponse(body, status, _HEADERS)
