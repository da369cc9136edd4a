"""The running platform: what is started, in which order, what is watched and how it is stopped."""

from __future__ import annotations

from local_runtime.platform.platform import Platform
from local_runtime.platform.supervisor import State
from local_runtime.render.place import Place

__all__ = ["Place", "Platform", "State"]
