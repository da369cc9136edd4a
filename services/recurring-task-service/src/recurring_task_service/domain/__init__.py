"""Heads, and the decision what follows a closed occurrence. Pure."""

from __future__ import annotations
