"""The chat door: lines in, AI SDK UI message streams out; every act is one of the use cases."""

from __future__ import annotations
