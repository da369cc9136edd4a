"""The one set of tools: what a model may do and ask, for whatever door it comes through."""

from __future__ import annotations
