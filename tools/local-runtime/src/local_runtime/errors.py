"""What can go wrong on the machine, each as one sentence for the person who started it."""

from __future__ import annotations


class LocalRuntimeError(Exception):
    """The local runtime cannot go on."""


class PartMissingError(LocalRuntimeError):
    """A part of the platform is not on this machine and could not be fetched."""


class PartFailedError(LocalRuntimeError):
    """A part of the platform was started and did not become ready."""


class PortTakenError(LocalRuntimeError):
    """Another program listens on a port that the platform needs."""


class AlreadyRunningError(LocalRuntimeError):
    """The platform of this clone is running already."""
