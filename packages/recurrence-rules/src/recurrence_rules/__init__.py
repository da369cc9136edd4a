"""Recurrence as pure code: rules, zones, next occurrence; no clock, no I/O."""
