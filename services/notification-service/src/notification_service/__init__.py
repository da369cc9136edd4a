"""Keeps the reminder schedule and delivers."""
