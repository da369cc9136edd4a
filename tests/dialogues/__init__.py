"""Dialogues: what people say, and what the database holds afterwards. Never the words of an answer."""

from __future__ import annotations
