"""Fixtures of every test in the repository."""

from __future__ import annotations

pytest_plugins = ["local_runtime.testing"]
