"""The one commit of the doors, and what goes into it."""

from __future__ import annotations
