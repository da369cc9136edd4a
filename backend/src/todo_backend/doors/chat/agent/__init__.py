"""A model behind an OpenAI-compatible endpoint: it talks, and acts only through the tools of `/mcp`, as any client.

Only `running.py` and `tools.py` know the Agents SDK. It costs three seconds and a hundred megabytes to import, so they
are imported when the first line comes; without a configured model never.
"""

from __future__ import annotations
