"""What only other apps of the platform may ask."""

from __future__ import annotations
