"""The MCP door: the tools, some resources and prompts for any MCP client, by a token of its person."""

from __future__ import annotations
