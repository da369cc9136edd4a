"""What can go wrong with a cluster; a docstring is the message's beginning."""

from __future__ import annotations

from local_runtime.errors import LocalRuntimeError


class ClusterError(LocalRuntimeError):
    """The cluster did not do what it was asked to."""


class CommandFailedError(ClusterError):
    """A command against the cluster failed; its message is what the command said."""


class NotReadyError(ClusterError):
    """A part of the cluster did not become ready in time."""
