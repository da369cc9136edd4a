"""What an entry of the audit is."""

from __future__ import annotations
