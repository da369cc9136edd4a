"""Hints from the broker."""

from __future__ import annotations
