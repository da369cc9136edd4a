"""An operator's command line: a client of the services' inner doors, which opens no schema."""

from __future__ import annotations
