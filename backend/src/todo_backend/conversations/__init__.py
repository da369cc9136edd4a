"""Conversations: what was said in a chat and what it is about, kept in the Dapr state store."""

from __future__ import annotations
