"""What can be done with an account."""

from __future__ import annotations
