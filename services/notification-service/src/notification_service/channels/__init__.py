"""Where people want to be told besides the app: kept, changed, sealed, confirmed."""

from __future__ import annotations
