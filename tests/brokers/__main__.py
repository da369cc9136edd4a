"""`python -m tests.brokers`: write docs/brokers.md from the table."""

from __future__ import annotations

from local_runtime.layout import CLONE

from tests.brokers.promises import page

(CLONE / "docs" / "brokers.md").write_text(page())
