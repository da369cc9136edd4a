"""The root of the backend's errors."""

from __future__ import annotations

from typing import Any, Literal

Kind = Literal["invalid", "unauthenticated", "forbidden", "not_found", "conflict", "stale", "gone", "unavailable"]


class TodoError(Exception):
    """The request was refused."""

    code: str = "refused"
    kind: Kind = "invalid"

    def __init__(self, detail: str | None = None, **extra: Any) -> None:
        self.sentence = (self.__doc__ or "").strip().splitlines()[0]
        self.detail = detail
        self.extra = extra
        super().__init__(f"{self.sentence} {detail}" if detail else self.sentence)
