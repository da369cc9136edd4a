"""`python -m todo_backend.acts`: write docs/acts.md from the code."""

from __future__ import annotations

from todo_backend.acts.table import FILE, document

if __name__ == "__main__":
    FILE.write_bytes(document())
