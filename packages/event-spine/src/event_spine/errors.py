"""What can go wrong in the spine; a class per case, its docstring is its message."""

from __future__ import annotations


class SpineError(Exception):
    """The event spine failed."""

    def __init__(self, detail: str | None = None) -> None:
        summary = (self.__doc__ or "").strip().splitlines()[0]
        super().__init__(f"{summary} {detail}" if detail else summary)


class Transient(SpineError):
    """The store or a neighbour is away for the moment; deliver the same batch again."""


class Poison(SpineError):
    """This record can never be handled; it becomes a dead letter."""

    def __init__(self, reason: str, detail: str | None = None) -> None:
        super().__init__(detail)
        self.reason = reason


class BrokerUnavailable(SpineError):
    """The broker or the sidecar did not take the bulk; everything waits and is tried again."""


class LeaseLost(SpineError):
    """Another relay holds the lease; this one steps down."""


class ForeignDatabase(SpineError):
    """The database was restored or failed over since a relay last led; an operator must adopt it first."""
