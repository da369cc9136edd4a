"""What can be done with a series."""

from __future__ import annotations
