"""What can be done with a list."""

from __future__ import annotations
