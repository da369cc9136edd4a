"""Decides the next occurrence of every series."""
