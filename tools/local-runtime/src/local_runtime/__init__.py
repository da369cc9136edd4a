"""Brings the whole platform up on one machine without containers."""
