"""Every table module, imported once, so that the registry is whole."""

from __future__ import annotations

from todo_backend.accounts import storage as accounts
from todo_backend.application import storage as acts
from todo_backend.lists import storage as lists
from todo_backend.series import storage as series
from todo_backend.storage import METADATA
from todo_backend.tasks import storage as tasks

__all__ = ["METADATA", "accounts", "acts", "lists", "series", "tasks"]
