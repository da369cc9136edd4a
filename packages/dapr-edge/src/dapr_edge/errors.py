"""What can go wrong at the edge to Dapr; a class per case, its docstring is its message."""

from __future__ import annotations


class EdgeError(Exception):
    """The edge to Dapr failed."""

    def __init__(self, detail: str | None = None) -> None:
        summary = (self.__doc__ or "").strip().splitlines()[0]
        super().__init__(f"{summary} {detail}" if detail else summary)


class CalleeUnavailable(EdgeError):
    """The app that was called did not answer in time, or its sidecar could not reach it."""


class TokenRefused(EdgeError):
    """The service token is missing, forged, expired or not meant for this route."""


class StateUnavailable(EdgeError):
    """The state store did not answer in time, or its sidecar could not reach it."""


class StateConflict(EdgeError):
    """The value has been written by somebody else since it was read."""
