"""Fetches and builds what the platform is made of, once, in parallel, into a cache outside the clone."""

from __future__ import annotations
