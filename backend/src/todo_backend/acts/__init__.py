"""Every act that exists and the doors that have it, read from the code; `python -m todo_backend.acts`."""

from __future__ import annotations
