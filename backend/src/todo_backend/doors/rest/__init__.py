"""The REST door."""

from __future__ import annotations
