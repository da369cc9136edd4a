"""Tools for a process of the platform, each module usable alone; no domain words."""

from __future__ import annotations
