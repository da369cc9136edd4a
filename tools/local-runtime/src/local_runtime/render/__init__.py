"""Writes the files that sidecars and the Dapr CLI read, from the tables in event-contracts."""

from __future__ import annotations
