"""Taking note of refusals at the door: whose it was, as far as that is known, and where the caller came from."""

from __future__ import annotations

from uuid import UUID

from fastapi import Request

from todo_backend.accounts.refusals import Outcome, Refusal
from todo_backend.doors.services import services_of

PAGE = "page"
"""What came through the page's sidecar: the browser's own address is not known here."""


def note_refused(
    request: Request, outcome: Outcome, user_id: UUID | None = None, subject_digest: str | None = None
) -> None:
    """Take note that a request was refused; what was shown as a token or password is never kept."""
    services_of(request).refusals.note(Refusal(outcome, user_id, subject_digest, _source(request)))


def _source(request: Request) -> str:
    if request.app.state.listener == "inner":
        return PAGE
    return request.client.host if request.client else "unknown"
