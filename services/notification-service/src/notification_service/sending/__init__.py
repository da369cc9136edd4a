"""Sending to channels: queued where the notification is written, claimed by every replica, time-boxed, tried again."""

from __future__ import annotations
