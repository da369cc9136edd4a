"""Every refusal."""

from __future__ import annotations

from pydantic import BaseModel


class ProblemReply(BaseModel):
    """RFC 9457; `code` is stable, the rest is for people."""

    type: str
    status: int
    code: str
    title: str
    detail: str | None = None
